// Numbers counted in bins of equal width.

export interface Bins {
  readonly low: number;
  readonly width: number;
  readonly count: number;
}

/** Round bins over all finite values: `wanted` of them, or as many as their spread asks for (Freedman and Diaconis), at most 60. */
export function binsFor(values: ArrayLike<number>, wanted?: number): Bins {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const low = sorted[0] ?? 0;
  const high = sorted.at(-1) ?? 1;
  if (high <= low) return { low: low - 0.5, width: 1, count: 1 };
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const ideal = (2 * (at(0.75) - at(0.25))) / Math.cbrt(sorted.length);
  const found = ideal > 0 ? Math.ceil((high - low) / ideal) : 10;
  const count = Math.min(1000, Math.max(1, Math.round(wanted ?? Math.min(60, Math.max(8, found)))));
  const raw = (high - low) / count;
  // Whole numbers get bins around them.
  if (wanted === undefined && high - low < 60 && sorted.every(Number.isInteger))
    return { low: low - 0.5, width: 1, count: high - low + 1 };
  return { low, width: raw, count };
}

/** How many values are in each bin; the last one includes its upper end. */
export function binned(values: ArrayLike<number>, { low, width, count }: Bins): Float64Array {
  const counts = new Float64Array(count);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(((values[i] as number) - low) / width);
    if (at >= 0 && at < count) (counts[at] as number)++;
    else if (at === count && (values[i] as number) <= low + width * count * (1 + 1e-12))
      (counts[count - 1] as number)++;
  }
  return counts;
}
