// Preparing data on the host, as Keras's utilities do: class numbers to one-hot rows, ragged sequences to one rectangle, vectors to
// length 1.

import ndarray, { type NdArray } from "ndarray";
import type { NumericArray } from "../graph/dtype.js";
import { ShapeError, ValueError } from "../graph/errors.js";
import { normalizeAxis, sizeOf } from "../graph/shape.js";

/** Numbers in any nesting. */
export type Nested = number | boolean | readonly Nested[] | NumericArray;

/** What these utilities accept: an ndarray, a typed array, nested arrays. */
export type ArrayInput = NdArray | Nested;

interface Dense {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const isNdArray = (x: unknown): x is NdArray => typeof x === "object" && x !== null && "stride" in x && "shape" in x;

/** The same numbers, row-major. Raises ShapeError for nested arrays whose rows differ in length. */
function dense(x: ArrayInput): Dense {
  const shape = isNdArray(x) ? x.shape : nestedShape(x);
  const data = new Float64Array(sizeOf(shape));
  let next = 0;
  const visit = (part: Nested, axis: number): void => {
    if (typeof part === "number" || typeof part === "boolean") {
      if (axis !== shape.length) throw raggedError(shape, axis, 0);
      data[next++] = Number(part);
      return;
    }
    if (axis >= shape.length || part.length !== shape[axis]) throw raggedError(shape, axis, part.length);
    for (const inner of part) visit(inner, axis + 1);
  };
  const copy = (array: NdArray, index: readonly number[]): void => {
    if (index.length === shape.length) data[next++] = Number(array.get(...index));
    else for (let i = 0; i < (shape[index.length] as number); i++) copy(array, [...index, i]);
  };
  if (isNdArray(x)) copy(x, []);
  else visit(x, 0);
  return { shape, data };
}

function nestedShape(x: Nested): number[] {
  const shape: number[] = [];
  for (
    let part: Nested | undefined = x;
    part !== undefined && typeof part !== "number" && typeof part !== "boolean";
    part = part[0]
  ) {
    shape.push(part.length);
  }
  return shape;
}

const raggedError = (shape: readonly number[], axis: number, length: number): ShapeError =>
  new ShapeError(
    `nested arrays must be rectangular: along axis ${axis}, one holds ${shape[axis] ?? "a number"} and another ${length}`,
    {
      hint: "padSequences() makes sequences equally long",
    },
  );

/**
 * Class numbers as one-hot rows: [...] (or [..., 1]) → float32 [..., classes], where `numClasses` defaults to the largest number + 1.
 * Raises ValueError for numbers that are no classes.
 *
 * @example
 * toCategorical([0, 2]); // [[1, 0, 0], [0, 0, 1]]
 */
export function toCategorical(labels: ArrayInput, numClasses?: number): NdArray<Float32Array> {
  const { shape, data } = dense(labels);
  const outer = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  const classes = numClasses ?? data.reduce((most, label) => Math.max(most, label + 1), 0);
  const out = new Float32Array(data.length * classes);
  data.forEach((label, i) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ValueError(
        `toCategorical expects class numbers from 0 to ${classes - 1}, received ${label} at position ${i}`,
        {
          hint:
            numClasses === undefined
              ? "number the classes from 0"
              : `raise numClasses (${numClasses}), or number the classes from 0`,
        },
      );
    }
    out[i * classes + label] = 1;
  });
  return ndarray(out, [...outer, classes]);
}

export interface PadSequencesOptions {
  /** Length of all rows. Default: that of the longest sequence. */
  readonly maxlen?: number | null | undefined;
  /** Default "int32". */
  readonly dtype?: "int32" | "float32" | undefined;
  /** Where padding goes. Default "pre": in front. */
  readonly padding?: "pre" | "post" | undefined;
  /** Which end of a sequence that is too long is cut off. Default "pre": the front. */
  readonly truncating?: "pre" | "post" | undefined;
  /** What padding is. Default 0. */
  readonly value?: number | undefined;
}

/**
 * Sequences of different lengths as one array [sequences, maxlen, …], padded and cut. Elements may be numbers or arrays of one shape.
 *
 * @example
 * padSequences([[1, 2, 3], [4]], { maxlen: 2 }); // [[2, 3], [0, 4]]
 */
export function padSequences(
  sequences: readonly (readonly Nested[] | NumericArray)[],
  options: PadSequencesOptions = {},
): NdArray<Int32Array> | NdArray<Float32Array> {
  const { padding = "pre", truncating = "pre", value = 0 } = options;
  const length = options.maxlen ?? sequences.reduce((longest, sequence) => Math.max(longest, sequence.length), 0);
  const first = sequences.find((sequence) => sequence.length > 0);
  const inner = first === undefined ? [] : nestedShape(first[0] as Nested);
  const width = sizeOf(inner);
  const shape = [sequences.length, length, ...inner];
  const data = options.dtype === "float32" ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
  data.fill(value);
  sequences.forEach((sequence, row) => {
    const cut =
      truncating === "pre" ? sequence.slice(Math.max(0, sequence.length - length)) : sequence.slice(0, length);
    if (cut.length === 0) return;
    const { shape: own, data: numbers } = dense(cut);
    if (sizeOf(own.slice(1)) !== width || own.length !== inner.length + 1) {
      throw new ShapeError(
        `padSequences: elements of sequence ${row} have shape [${own.slice(1).join(", ")}], those before [${inner.join(", ")}]`,
      );
    }
    const start = padding === "pre" ? length - cut.length : 0;
    data.set(numbers, (row * length + start) * width);
  });
  return data instanceof Float32Array ? ndarray(data, shape) : ndarray(data, shape);
}

/**
 * Vectors along `axis` (default: the last) divided by their norm of `order` (default 2); zeros stay zeros.
 *
 * @example
 * normalize([[3, 4]]); // [[0.6, 0.8]]
 */
export function normalize(x: ArrayInput, axis = -1, order = 2): NdArray<Float32Array> {
  const { shape, data } = dense(x);
  const at = normalizeAxis(axis, shape.length);
  const size = shape[at] as number;
  const step = sizeOf(shape.slice(at + 1));
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start++) {
    // Only where a vector begins.
    if (Math.floor(start / step) % size !== 0) continue;
    let norm = 0;
    for (let i = 0; i < size; i++) {
      const value = Math.abs(data[start + i * step] as number);
      norm = order === Number.POSITIVE_INFINITY ? Math.max(norm, value) : norm + value ** order;
    }
    if (order !== Number.POSITIVE_INFINITY) norm **= 1 / order;
    for (let i = 0; i < size; i++) out[start + i * step] = (data[start + i * step] as number) / (norm === 0 ? 1 : norm);
  }
  return ndarray(out, [...shape]);
}
