// Images of another size: every row and column is a weighted mean of those around it, which makes resizing two products with fixed
// matrices.

import { constant } from "../../../graph/call.js";
import type { Tensor } from "../../../graph/tensor.js";
import { dot, pad, sliceAxis, transpose } from "../../ops/index.js";

/** How the numbers between pixels are found. */
export type Interpolation = "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5";

export const interpolations: readonly Interpolation[] = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"];

/** What pixels at a distance count for. */
const weightAt: Readonly<Record<Exclude<Interpolation, "nearest">, (distance: number) => number>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  // Keys 1981, a = -1/2.
  bicubic: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0),
  lanczos3: (x) => lanczos(x, 3),
  lanczos5: (x) => lanczos(x, 5),
};

function lanczos(x: number, radius: number): number {
  if (x >= radius) return 0;
  if (x < 1e-3) return 1;
  return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * x) ** 2;
}

/** What each of `from` pixels counts for in each of `to`: [from, to]. */
function weightsOf(from: number, to: number, how: Interpolation, antialias: boolean): Float32Array {
  const matrix = new Float32Array(from * to);
  for (let j = 0; j < to; j++) {
    const center = ((j + 0.5) * from) / to - 0.5;
    if (how === "nearest") {
      matrix[Math.floor(center + 0.5) * to + j] = 1;
      continue;
    }
    const reach = antialias ? Math.max(1, from / to) : 1;
    const weights = Array.from({ length: from }, (_, i) => weightAt[how](Math.abs(center - i) / reach));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, i) => {
      matrix[i * to + j] = weight / total;
    });
  }
  return matrix;
}

/** [batch, rows, columns, channels] with other numbers of rows and columns. */
export function resized(x: Tensor, size: readonly [number, number], how: Interpolation, antialias = false): Tensor {
  return size.reduce((own, to, i) => {
    const axis = i + 1;
    const from = own.shape[axis] as number;
    if (from === to) return own;
    const matrix = constant({ shape: [from, to], dtype: "float32", data: weightsOf(from, to, how, antialias) });
    const product = dot(own, matrix, { batchA: [], batchB: [], contractA: [axis], contractB: [0] });
    return transpose(product, axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2]);
  }, x);
}

/** The largest part, from the middle, with the sides' ratio that `size` has. */
export function croppedToRatio(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  const [height, width] = x.shape.slice(1, 3) as [number, number];
  const kept = [
    Math.max(1, Math.min(height, Math.trunc((width * rows) / columns))),
    Math.max(1, Math.min(width, Math.trunc((height * columns) / rows))),
  ];
  return middleOf(x, kept as [number, number]);
}

/** As many rows and columns from the middle. */
export const middleOf = (x: Tensor, size: readonly [number, number]): Tensor =>
  size.reduce((own, count, i) => {
    const start = Math.trunc(((own.shape[i + 1] as number) - count) / 2);
    return sliceAxis(own, i + 1, start, start + count);
  }, x);

/** With `value` on both sides, so that the sides have the ratio of `size`. */
export function paddedToRatio(x: Tensor, [rows, columns]: readonly [number, number], value: number): Tensor {
  const [height, width] = x.shape.slice(1, 3) as [number, number];
  const above = Math.trunc((Math.max(height, Math.trunc((width * rows) / columns)) - height) / 2);
  const before = above > 0 ? 0 : Math.trunc((Math.max(width, Math.trunc((height * columns) / rows)) - width) / 2);
  return pad(x, [[0, 0], [above, above], [before, before], [0, 0]], { value }); // biome-ignore format: a pair an axis
}
