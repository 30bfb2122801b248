// An axis's numbers to pixels, and the round numbers that are written beside it.

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Scale {
  /** The pixel of a number; NaN for what the scale can't show. */
  pixel(value: number): number;
  readonly ticks: readonly Tick[];
  readonly low: number;
  readonly high: number;
}

/** From `low` at pixel `from` to `high` at pixel `to`, with about `count` round numbers. */
export function linearScale(low: number, high: number, from: number, to: number, count: number): Scale {
  const [start, end] = apart(low, high);
  const factor = (to - from) / (end - start);
  return {
    pixel: (value) => from + (value - start) * factor,
    ticks: linearTicks(start, end, count),
    low: start,
    high: end,
  };
}

/** The same by logarithms of base 10; both ends are greater than 0. */
export function logScale(low: number, high: number, from: number, to: number, count: number): Scale {
  const [start, end] = apart(Math.log10(low), Math.log10(high));
  const factor = (to - from) / (end - start);
  return {
    pixel: (value) => (value > 0 ? from + (Math.log10(value) - start) * factor : Number.NaN),
    ticks: logTicks(start, end, count),
    low: 10 ** start,
    high: 10 ** end,
  };
}

/** Two ends that differ, as an axis of no length can't be drawn. */
function apart(low: number, high: number): [number, number] {
  if (high - low > Math.max(Math.abs(low), Math.abs(high)) * 1e-12) return [low, high];
  const room = Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}

/** Multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(low: number, high: number, count: number): Tick[] {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const greatest = Math.max(Math.abs(low), Math.abs(high));
  const ticks: Tick[] = [];
  // Neither numbers next to 0 nor the greatest ones have steps between them.
  if (!(step > 0 && step < Number.POSITIVE_INFINITY)) return ticks;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let k = 0; k <= Math.min(last - first, 10 * count); k++) {
    const at = (first + k) * step;
    const value = Math.abs(at) < step * 1e-9 ? 0 : at;
    ticks.push({ at: value, label: tickLabel(value, digits, greatest) });
  }
  return ticks;
}

function tickLabel(value: number, digits: number, greatest: number): string {
  if (value === 0) return "0";
  if (greatest >= 1e6 || greatest < 1e-3)
    return value
      .toExponential()
      .replace(/(\.\d{2})\d+e/, "$1e")
      .replace("e+", "e");
  return value.toFixed(Math.min(20, digits));
}

/** Powers of ten; their doubles and fives as well where only one or two powers are in sight. */
function logTicks(start: number, end: number, count: number): Tick[] {
  const powers = Math.floor(end + 1e-9) - Math.ceil(start - 1e-9) + 1;
  const factors = powers < 2 ? [1, 2, 3, 5] : powers < 4 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(powers / Math.max(2, count)));
  const ticks: Tick[] = [];
  for (let power = Math.floor(start); power <= Math.ceil(end); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const at = factor * 10 ** power;
      const place = Math.log10(at);
      if (place >= start - 1e-9 && place <= end + 1e-9) ticks.push({ at, label: logLabel(factor, power) });
    }
  }
  if (ticks.length > 1) return ticks;
  return linearTicks(10 ** start, 10 ** end, count).filter(({ at }) => at > 0);
}

function logLabel(factor: number, power: number): string {
  if (power < -3 || power > 4) return `${factor}e${power}`;
  return power < 0 ? (factor * 10 ** power).toFixed(-power) : String(factor * 10 ** power);
}
