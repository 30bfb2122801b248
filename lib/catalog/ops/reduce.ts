// Sums, extremes and products over dimensions. Truths are added as numbers; their maximum is "any" and their minimum "all".

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { showShape, sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { broadcastTo } from "./broadcastTo.js";
import { cast } from "./cast.js";
import { divide } from "./divide.js";
import { equal } from "./equal.js";
import { multiply } from "./multiply.js";
import { reshape } from "./reshape.js";
import { sqrt } from "./sqrt.js";
import { square } from "./square.js";
import { subtract } from "./subtract.js";
import { where } from "./where.js";

/** Which dimensions go (from the front, sorted); `keepdims` leaves them with size 1. */
export interface ReduceAttrs {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** Which dimensions to reduce: one, several, or all (null or absent). Negative axes count from the back. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[] | null | undefined;
  /** Keep reduced dimensions with size 1. */
  readonly keepdims?: boolean | undefined;
}

interface ReduceDefinition {
  readonly name: string;
  dtype(input: Spec): Spec["dtype"];
  /** The result for the reduced elements, in row-major order. */
  combine(values: Float64Array): number;
  vjp?(grad: Tensor, x: Tensor, output: Tensor, spread: (reduced: Tensor) => Tensor, axis: readonly number[]): Tensor;
}

const shapeWithout = (shape: readonly number[], { axes, keepdims }: ReduceAttrs): number[] =>
  shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keepdims ? [1] : []));

function defineReduce(definition: ReduceDefinition): Op<ReduceAttrs> {
  const op: Op<ReduceAttrs> = {
    name: definition.name,
    kind: "reduce",
    infer: ([x], attrs) => [{ shape: shapeWithout((x as Spec).shape, attrs), dtype: definition.dtype(x as Spec) }],
    reference([x], [out], { axes }) {
      const input = x as View;
      const kept = input.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
      const starts = positions(input.shape, kept);
      const steps = positions(input.shape, axes);
      const values = new Float64Array(steps.length);
      starts.forEach((start, i) => {
        steps.forEach((step, j) => {
          values[j] = input.data[start + step] as number;
        });
        (out as View).data[i] = definition.combine(values);
      });
    },
    *samples() {
      const input = (...shape: number[]): readonly Spec[] => [{ shape, dtype: "float32" }];
      yield { inputs: input(3, 5), attrs: { axes: [1], keepdims: false } };
      yield { inputs: input(3, 5), attrs: { axes: [0], keepdims: true } };
      yield { inputs: input(2, 3, 4), attrs: { axes: [0, 2], keepdims: false } };
      yield { inputs: input(2, 1, 7), attrs: { axes: [0, 1, 2], keepdims: false } };
      yield { inputs: input(4), attrs: { axes: [], keepdims: false } };
    },
  };
  const { vjp } = definition;
  if (vjp) {
    op.vjp = ([grad], { inputs, outputs, attrs }) => {
      const x = inputs[0] as Tensor;
      const shape = x.shape as readonly number[];
      const wide = shapeWithout(shape, { ...attrs, keepdims: true });
      const spread = (reduced: Tensor): Tensor => broadcastTo(reshape(reduced, wide), shape);
      return [vjp(grad as Tensor, x, outputs[0] as Tensor, spread, attrs.axes)];
    };
  }
  return op;
}

/** Flat positions of all indices over `axes`, the others at 0. */
function positions(shape: readonly number[], axes: readonly number[]): Int32Array {
  const own = stridesOf(shape);
  const sizes = axes.map((axis) => shape[axis] as number);
  const strides = stridesOf(sizes);
  return Int32Array.from({ length: sizeOf(sizes) }, (_, i) =>
    axes.reduce(
      (at, axis, d) => at + (Math.floor(i / (strides[d] as number)) % (sizes[d] as number)) * (own[axis] as number),
      0,
    ),
  );
}

export const reduceSumOp: Op<ReduceAttrs> = defineReduce({
  name: "reduceSum",
  dtype: ({ dtype }) => (dtype === "bool" ? "int32" : dtype),
  combine: (values) => values.reduce((total, value) => total + value, 0),
  vjp: (grad, _x, _output, spread) => spread(grad),
});

// Equal extremes share the gradient.
const extremeGradient: NonNullable<ReduceDefinition["vjp"]> = (grad, x, output, spread, axis) => {
  const chosen = equal(x, spread(output));
  const count = sum(cast(chosen, "float32"), { axis });
  return where(chosen, spread(divide(reshape(grad, count.shape as readonly number[]), count)), 0);
};

export const reduceMaxOp: Op<ReduceAttrs> = defineReduce({
  name: "reduceMax",
  dtype: ({ dtype }) => dtype,
  combine: (values) => values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY),
  vjp: extremeGradient,
});

export const reduceMinOp: Op<ReduceAttrs> = defineReduce({
  name: "reduceMin",
  dtype: ({ dtype }) => dtype,
  combine: (values) => values.reduce((best, value) => Math.min(best, value), Number.POSITIVE_INFINITY),
  vjp: extremeGradient,
});

export const reduceProdOp: Op<ReduceAttrs> = defineReduce({
  name: "reduceProd",
  dtype: ({ dtype }) => dtype,
  combine: (values) => values.reduce((product, value) => product * value, 1),
  vjp(grad, x, _output, spread, axis) {
    // The product of the others is product / x, unless a factor is 0: then only that factor has a slope, if it is the only one.
    const isZero = equal(x, 0);
    const safe = where(isZero, 1, x);
    const zeros = spread(sum(isZero, { axis }));
    const rest = spread(prod(safe, { axis }));
    const others = where(isZero, where(equal(zeros, 1), rest, 0), where(equal(zeros, 0), divide(rest, safe), 0));
    return multiply(spread(grad), others);
  },
});

const firstBest =
  (beats: (value: number, best: number) => boolean) =>
  (values: Float64Array): number => {
    let best = 0;
    for (let i = 1; i < values.length; i++) {
      const [value, before] = [values[i] as number, values[best] as number];
      // NaN beats every number, as in the extremes themselves.
      if (beats(value, before) || (Number.isNaN(value) && !Number.isNaN(before))) best = i;
    }
    return best;
  };

/** Position of the first largest element among the reduced ones, counted in row-major order. */
export const argmaxOp: Op<ReduceAttrs> = defineReduce({
  name: "argmax",
  dtype: () => "int32",
  combine: firstBest((a, b) => a > b),
});

/** Position of the first smallest element among the reduced ones, counted in row-major order. */
export const argminOp: Op<ReduceAttrs> = defineReduce({
  name: "argmin",
  dtype: () => "int32",
  combine: firstBest((a, b) => a < b),
});

/** `axis` as a sorted list counted from the front. Raises ShapeError for an axis that isn't there. */
export function axesOf(axis: ReduceOptions["axis"], rank: number, shape?: Tensor["shape"]): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: rank }, (_, i) => i);
  const list = typeof axis === "number" ? [axis] : axis;
  const normal = list.map((one) => {
    const at = one < 0 ? one + rank : one;
    if (Number.isInteger(one) && at >= 0 && at < rank) return at;
    throw new ShapeError(
      `axis ${one} is out of range for a tensor of ${shape ? `shape ${showShape(shape)}` : `rank ${rank}`}`,
      {
        hint: rank === 0 ? "a scalar has no axes" : `axes go from 0 to ${rank - 1}, or from -1 back to ${-rank}`,
      },
    );
  });
  return [...new Set(normal)].sort((a, b) => a - b);
}

type Reduction = (x: TensorLike, options?: ReduceOptions) => Tensor;

const reduction =
  (op: Op<ReduceAttrs>, prepare: (x: Tensor) => Tensor = (x) => x): Reduction =>
  (x, { axis, keepdims = false } = {}) => {
    const tensor = prepare(toTensor(x));
    return apply(op, [tensor], { axes: axesOf(axis, tensor.rank, tensor.shape), keepdims });
  };

/** Sum over `axis` (default: all). Truths count as 0 and 1. */
export const sum: Reduction = reduction(reduceSumOp);
/** Largest element over `axis` (default: all). */
export const max: Reduction = reduction(reduceMaxOp);
/** Smallest element over `axis` (default: all). */
export const min: Reduction = reduction(reduceMinOp);
/** Product over `axis` (default: all). */
export const prod: Reduction = reduction(reduceProdOp, (x) => (x.dtype === "bool" ? cast(x, "int32") : x));
/** Whether any element over `axis` is true (not 0). */
export const any: Reduction = reduction(reduceMaxOp, (x) => cast(x, "bool"));
/** Whether all elements over `axis` are true (not 0). */
export const all: Reduction = reduction(reduceMinOp, (x) => cast(x, "bool"));
/** Position of the first largest element along `axis`; over all (or several) dimensions, counted in row-major order (int32). */
export const argmax: Reduction = reduction(argmaxOp);
/** Position of the first smallest element along `axis`; over all (or several) dimensions, counted in row-major order (int32). */
export const argmin: Reduction = reduction(argminOp);

/** Number of elements that a reduction puts together. Raises ValueError while a size is unknown. */
export function countOver(x: Tensor, axis: ReduceOptions["axis"]): number {
  return axesOf(axis, x.rank, x.shape).reduce((count, one) => {
    const size = x.shape[one];
    if (typeof size === "number") return count * size;
    throw new ValueError(
      `the mean over axis ${one} of ${showShape(x.shape)} needs a size that is known only when data arrives`,
      {
        hint: "compute it inside of a layer's call(), where every size is known",
      },
    );
  }, 1);
}

/** Mean over `axis` (default: all). */
export function mean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const tensor = cast(x, "float32");
  return multiply(sum(tensor, options), 1 / countOver(tensor, options.axis));
}

/** Mean squared distance from the mean over `axis` (default: all). */
export function variance(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const tensor = cast(x, "float32");
  return mean(square(subtract(tensor, mean(tensor, { axis: options.axis, keepdims: true }))), options);
}

/** Standard deviation over `axis` (default: all). */
export const std = (x: TensorLike, options: ReduceOptions = {}): Tensor => sqrt(variance(x, options));
