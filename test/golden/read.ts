// Reads the golden fixtures (Keras's own numbers, see fixtures/FORMAT.md): cases by kind and class, their arrays,
// the portable generator, and the one comparison all golden tests use.
// WEFT_FIXTURES=<folder> reads another set of the same format.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export type GoldenDtype = "float32" | "int32" | "uint32" | "uint8" | "bool";
export type GoldenData = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** A dense row-major array; bool is stored as bytes 0 and 1. */
export interface GoldenArray {
  shape: number[];
  dtype: GoldenDtype;
  data: GoldenData;
}

export interface Tolerance {
  rtol: number;
  atol: number;
}

/** What every case has; the rest depends on its kind and is typed loosely, as FORMAT.md describes it. */
export interface GoldenCase {
  id: string;
  kind: string;
  class: string;
  file?: string;
  tol: { fwd: Tolerance; grad: Tolerance; train: Tolerance };
  // biome-ignore lint/suspicious/noExplicitAny: thirteen kinds of JSON record, read by one test file each
  [field: string]: any;
}

interface GoldenIndex {
  format: string;
  set: string;
  keras: string;
  counts: Record<string, number>;
  cases: GoldenCase[];
}

/** Walks up to the project's package.json: compiled tests run from dist/, the fixtures stay with the sources. */
export function projectRoot(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(directory, "package.json"))) {
    const parent = path.dirname(directory);
    if (parent === directory) throw new Error("no package.json above the golden fixtures' reader");
    directory = parent;
  }
  return directory;
}

/** The absolute path of a file of the fixtures, such as `case.path`. */
export function fixturePath(file: string): string {
  return path.join(process.env["WEFT_FIXTURES"] ?? path.join(projectRoot(), "test/golden/fixtures"), file);
}

let loaded: GoldenIndex | undefined;

export function goldenIndex(): GoldenIndex {
  loaded ??= JSON.parse(fs.readFileSync(fixturePath("index.json"), "utf8")) as GoldenIndex;
  return loaded;
}

/** All cases of a kind ("layer", "loss", …), or those of one class ("Dense"). */
export function cases(kind: string, className?: string): GoldenCase[] {
  return goldenIndex().cases.filter((c) => c.kind === kind && (className === undefined || c.class === className));
}

/** The class names that have cases of this kind. */
export function classes(kind: string): string[] {
  return [...new Set(cases(kind).map((c) => c.class))];
}

const files = new Map<string, Map<string, GoldenArray>>();

/** Every array of a safetensors file of the fixtures, by its key. */
export function arrays(file: string): Map<string, GoldenArray> {
  let content = files.get(file);
  if (content === undefined) {
    content = readSafetensors(fixturePath(file));
    files.set(file, content);
  }
  return content;
}

/** The array that a case names in full (`"layer/Dense/001:in0"`). */
export function array(from: GoldenCase, key: string): GoldenArray {
  const found = from.file === undefined ? undefined : arrays(from.file).get(key);
  if (found === undefined) throw new Error(`${from.id} has no array ${key} in ${from.file ?? "any file"}`);
  return found;
}

/** Where a case's numbers come from: an array, a constant, or the portable generator. */
export interface GoldenSource {
  array?: string;
  const?: number;
  gen?: "uniform" | "ints";
  seed?: number;
  scale?: number;
  offset?: number;
  low?: number;
  high?: number;
  shape?: number[];
  dtype?: string;
}

/** The numbers of a model's input, target (`shape` in the source) or weight (`shape` beside it). */
export function value(from: GoldenCase, source: GoldenSource, shape: number[] = source.shape ?? []): GoldenArray {
  if (source.array !== undefined) return array(from, source.array);
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (source.const !== undefined) {
    return { shape, dtype: "float32", data: new Float32Array(size).fill(source.const) };
  }
  const { seed = 0, scale = 1, offset = 0, low = 0, high = 1 } = source;
  if (source.gen === "uniform") return { shape, dtype: "float32", data: uniform(size, seed, scale, offset) };
  if (source.gen === "ints") return { shape, dtype: "int32", data: ints(size, seed, low, high) };
  throw new Error(`${from.id} has an unknown source of numbers: ${JSON.stringify(source)}`);
}

/** A number of index.json, where those that JSON cannot hold are written as strings. */
export function number(json: number | "NaN" | "Infinity" | "-Infinity"): number {
  return Number(json);
}

const dtypes: Record<string, { dtype: GoldenDtype; make: (bytes: ArrayBuffer) => GoldenData }> = {
  F32: { dtype: "float32", make: (bytes) => new Float32Array(bytes) },
  I32: { dtype: "int32", make: (bytes) => new Int32Array(bytes) },
  U32: { dtype: "uint32", make: (bytes) => new Uint32Array(bytes) },
  U8: { dtype: "uint8", make: (bytes) => new Uint8Array(bytes) },
  BOOL: { dtype: "bool", make: (bytes) => new Uint8Array(bytes) },
};

/** Eight bytes of header length, a JSON header, then the raw data: https://github.com/huggingface/safetensors. */
function readSafetensors(file: string): Map<string, GoldenArray> {
  const bytes = fs.readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, start)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const content = new Map<string, GoldenArray>();
  for (const [key, entry] of Object.entries(header)) {
    if (key === "__metadata__") continue;
    const type = dtypes[entry.dtype];
    if (type === undefined) throw new Error(`${file}: ${key} has the unknown dtype ${entry.dtype}`);
    // A copy, because the data may lie at an odd offset of the file.
    const raw = Uint8Array.from(bytes.subarray(start + entry.data_offsets[0], start + entry.data_offsets[1]));
    content.set(key, { shape: entry.shape, dtype: type.dtype, data: type.make(raw.buffer) });
  }
  return content;
}

/** The portable generator's 32 bits for flat index i: the same in every language. */
export function hash(i: number, seed: number): number {
  let x = (i + Math.imul(seed, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

export function uniform(size: number, seed: number, scale: number, offset = 0): Float32Array {
  const data = new Float32Array(size);
  for (let i = 0; i < size; i++) data[i] = (2 * (hash(i, seed) / 4294967296) - 1) * scale + offset;
  return data;
}

export function ints(size: number, seed: number, low: number, high: number): Int32Array {
  const data = new Int32Array(size);
  for (let i = 0; i < size; i++) data[i] = Math.floor((hash(i, seed) / 4294967296) * (high - low)) + low;
  return data;
}

/** A number, a flat list, or an array with a shape (an ndarray's strides are followed). */
export type Comparable =
  | number
  | ArrayLike<number>
  | {
      readonly shape: readonly number[];
      readonly data: ArrayLike<number>;
      readonly stride?: readonly number[];
      readonly offset?: number;
    };

/**
 * Asserts `|got - want| <= atol + rtol * |want|` for every element, and equal shapes where both sides have one.
 * The message names the worst element.
 */
export function assertClose(got: Comparable, want: Comparable, tolerance: Tolerance, label: string): void {
  const gotShape = shapeOf(got);
  const wantShape = shapeOf(want);
  if (gotShape !== undefined && wantShape !== undefined) {
    assert.deepEqual([...gotShape], [...wantShape], `${label}: shape`);
  }
  const g = flat(got);
  const w = flat(want);
  assert.equal(g.length, w.length, `${label}: number of elements`);
  let worst = -1;
  let worstRatio = 1;
  let failures = 0;
  for (let i = 0; i < w.length; i++) {
    const ratio = excess(g[i] as number, w[i] as number, tolerance);
    if (ratio <= 1) continue;
    failures++;
    if (worst < 0 || ratio > worstRatio) {
      worst = i;
      worstRatio = ratio;
    }
  }
  if (worst < 0) return;
  const index = unravel(worst, wantShape ?? gotShape ?? [w.length]);
  assert.fail(
    `${label}: ${failures} of ${w.length} elements differ; worst at [${index}]: got ${g[worst]}, ` +
      `want ${w[worst]}, ${worstRatio.toPrecision(3)} times the tolerance ${JSON.stringify(tolerance)}`,
  );
}

/** The error in units of what is allowed; infinite where a value that is not finite does not match. */
function excess(got: number, want: number, { rtol, atol }: Tolerance): number {
  if (Object.is(got, want) || got === want) return 0;
  const allowed = atol + rtol * Math.abs(want);
  const error = Math.abs(got - want);
  if (!Number.isFinite(error) || !Number.isFinite(allowed)) return Number.POSITIVE_INFINITY;
  return allowed === 0 ? Number.POSITIVE_INFINITY : error / allowed;
}

function shapeOf(x: Comparable): readonly number[] | undefined {
  if (typeof x === "number") return [];
  return "shape" in x ? x.shape : undefined;
}

function flat(x: Comparable): ArrayLike<number> {
  if (typeof x === "number") return [x];
  if (!("shape" in x)) return x;
  const { shape, data, stride, offset = 0 } = x;
  if (stride === undefined) return data;
  const size = shape.reduce((product, extent) => product * extent, 1);
  return Array.from({ length: size }, (_, i) => {
    const index = unravel(i, shape);
    return data[index.reduce((at, k, axis) => at + k * (stride[axis] as number), offset)] as number;
  });
}

function unravel(i: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = i;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}
