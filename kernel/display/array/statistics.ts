// An array's numbers → least, greatest, mean, standard deviation, and those that are none.

import { shortNumber } from "../numbers.js";
import type { ArrayView } from "./view.js";

/** Beyond this many elements, evenly spread ones are looked at. */
const mostElements = 2 ** 22;

export interface Statistics {
  /** The finite numbers that were looked at. */
  readonly values: Float64Array;
  /** How many elements that were, of all. */
  readonly looked: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  readonly notANumber: number;
  readonly infinite: number;
}

/** Null for arrays of other things than numbers, and for empty ones. */
export function statisticsOf(view: ArrayView): Statistics | null {
  const looked = Math.min(view.size, mostElements);
  if (looked === 0) return null;
  // Even steps would always hit the same column.
  const indexOf = (i: number): number =>
    view.size <= mostElements ? i : Math.floor(((i + ((i * 0.618_033_988_75) % 1)) * view.size) / looked);
  const values = new Float64Array(looked);
  let count = 0;
  let notANumber = 0;
  let infinite = 0;
  for (let i = 0; i < looked; i++) {
    const element = view.element(indexOf(i));
    if (typeof element !== "number" && typeof element !== "bigint" && typeof element !== "boolean") return null;
    const value = Number(element);
    if (Number.isFinite(value)) values[count++] = value;
    else if (Number.isNaN(value)) notANumber++;
    else infinite++;
  }
  return { ...moments(values.subarray(0, count)), looked, notANumber, infinite };
}

function moments(values: Float64Array): Omit<Statistics, "looked" | "notANumber" | "infinite"> {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let zeros = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
    sum += value;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { values, min, max, mean, deviation: Math.sqrt(squares / values.length), zeros };
}

/** "min", "−1.5" and so on; what there is none of isn't said. */
export function statisticsPairs(statistics: Statistics, size: number): [name: string, value: string][] {
  const { values, min, max, mean, deviation, zeros, notANumber, infinite, looked } = statistics;
  const share = (count: number): string =>
    looked < size || count > 1000 ? `${((100 * count) / looked).toPrecision(2)}%` : String(count);
  const pairs: [string, string][] = [];
  if (values.length > 0)
    pairs.push(
      ["min", shortNumber(min)],
      ["max", shortNumber(max)],
      ["mean", shortNumber(mean)],
      ["std", shortNumber(deviation)],
    );
  if (zeros > 0) pairs.push(["zeros", share(zeros)]);
  if (notANumber > 0) pairs.push(["NaN", share(notANumber)]);
  if (infinite > 0) pairs.push(["infinite", share(infinite)]);
  if (looked < size) pairs.push(["looked at", `${looked.toLocaleString("en-US")} of them`]);
  return pairs;
}
