// Where training stood, as JSON in the metadata of an archive, and back.

import { backend } from "../../backend/select.js";
import type { Logs } from "../../catalog/callbacks/callback.js";
import { ValueError } from "../../graph/errors.js";
import type { Weight } from "../../graph/weight.js";
import { bytesIn } from "./elements.js";
import type { Numbers, TrainingState } from "./modelFile.js";

/** The numbers of weights that no group of a file has. */
export async function numbersIn(weights: readonly Weight[]): Promise<Numbers[]> {
  const source = await backend();
  const numbers: Numbers[] = [];
  for (const weight of weights) numbers.push((await source.readWeight(weight)).slice() as Numbers);
  return numbers;
}

/** Gives weights numbers that `numbersIn` made of the same. Raises ValueError, for `what`, when they are others. */
export async function giveNumbers(
  weights: readonly Weight[],
  numbers: readonly Numbers[],
  what: string,
): Promise<void> {
  const fits = weights.length === numbers.length && weights.every(({ size }, i) => size === numbers[i]?.length);
  if (!fits) throw new ValueError(`${what} isn't what it was when training stopped`);
  const target = await backend();
  for (const [i, weight] of weights.entries()) await target.writeWeight(weight, numbers[i] as Numbers);
}

/** Bits go as base64: JSON has no NaN, and no float32. */
export function trainingJson({ logs, states, carried, ...rest }: TrainingState): Record<string, unknown> {
  return {
    ...rest,
    ...(logs ? { logs: Object.fromEntries(Object.entries(logs).map(([name, value]) => [name, String(value)])) } : {}),
    ...(states ? { states: states.map(numbersJson) } : {}),
    ...(carried ? { carried: carried.map(numbersJson) } : {}),
  };
}

const numbersJson = (data: Numbers): Record<string, string> => ({
  dtype: data instanceof Float32Array ? "float32" : "int32",
  data: Buffer.from(bytesIn(data)).toString("base64"),
});

/** Null for what says nothing sensible. */
export function trainingFromJson(json: unknown): TrainingState | null {
  const { epoch, seed, noiseSeed, batch, logs, states, carried = [] } = (json ?? {}) as Record<string, unknown>;
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!whole(epoch) || !whole(seed) || !whole(noiseSeed)) return null;
  const kept = listOf(carried);
  if (!kept) return null;
  const start = { epoch, seed, noiseSeed, carried: kept };
  if (batch === undefined) return start;
  const numbers = listOf(states);
  return whole(batch) && isRecord(logs) && numbers ? { ...start, batch, logs: logsOf(logs), states: numbers } : null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const logsOf = (logs: Readonly<Record<string, unknown>>): Logs =>
  Object.fromEntries(Object.entries(logs).map(([name, value]) => [name, Number(value)]));

function listOf(json: unknown): Numbers[] | null {
  const list = Array.isArray(json) ? json.map(numbersOf) : [null];
  return list.includes(null) ? null : (list as Numbers[]);
}

function numbersOf(state: unknown): Numbers | null {
  const { dtype, data } = (state ?? {}) as Record<string, unknown>;
  if (typeof data !== "string" || (dtype !== "float32" && dtype !== "int32")) return null;
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  if (bytes.length % 4 !== 0) return null;
  return dtype === "float32" ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer);
}
