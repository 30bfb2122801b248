// Pooling: the maximum or mean of sliding windows, channels last.

import { apply, constant, type TensorLike, toTensor } from "../../graph/call.js";
import type { Op, Sample, Spec } from "../../graph/op.js";
import { referenceByExpansion } from "../../graph/reference.js";
import type { Tensor } from "../../graph/tensor.js";
import { add } from "./add.js";
import { broadcastTo } from "./broadcastTo.js";
import { cast } from "./cast.js";
import { type Padding, paddingFor } from "./conv.js";
import { divide } from "./divide.js";
import { equal } from "./equal.js";
import { iota } from "./iota.js";
import { multiply } from "./multiply.js";
import { pad } from "./pad.js";
import { argmax, max, sum } from "./reduce.js";
import { expandDims, reshape } from "./reshape.js";
import { slice } from "./slice.js";
import { where } from "./where.js";
import { fold, windows } from "./windows.js";

export interface PoolAttrs {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

const shapeOf = (tensor: Tensor): readonly number[] => tensor.shape as readonly number[];
const ones = (attrs: PoolAttrs): number[] => attrs.sizes.map(() => 1);
const windowAxes = (rank: number): number[] => Array.from({ length: rank }, (_, i) => rank + 1 + i);

function windowed(x: Tensor, attrs: PoolAttrs, value: number): Tensor {
  const padded = pad(x, [[0, 0], ...attrs.padding, [0, 0]], { value });
  return windows(padded, { sizes: attrs.sizes, strides: attrs.strides, dilations: ones(attrs) });
}

/** Both kinds of pooling are tried on the same windows. */
function* samples(): Iterable<Sample<PoolAttrs>> {
  yield { inputs: [{ shape: [2, 6, 3], dtype: "float32" }], attrs: { sizes: [2], strides: [2], padding: [[0, 0]] } };
  yield {
    inputs: [{ shape: [1, 5, 6, 2], dtype: "float32" }],
    attrs: {
      sizes: [3, 2],
      strides: [2, 1],
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
  };
}

/** The largest of each window; its gradient goes to the first that is. */
export const maxPoolOp: Op<PoolAttrs> = {
  name: "maxPool",
  kind: "opaque",
  infer: ([x], attrs) => [expanded(x as Spec, attrs)],
  expand: ([x], attrs) => [max(windowed(x as Tensor, attrs, -Infinity), { axis: windowAxes(attrs.sizes.length) })],
  vjp([grad], { inputs, attrs }) {
    const x = inputs[0] as Tensor;
    const rank = attrs.sizes.length;
    const view = windowed(x, attrs, -Infinity);
    const shape = shapeOf(view);
    const spread = (tensor: Tensor): Tensor =>
      broadcastTo(
        reshape(tensor, [...shape.slice(0, rank + 1), ...attrs.sizes.map(() => 1), shape.at(-1) as number]),
        shape,
      );
    const first = spread(argmax(view, { axis: windowAxes(rank) }));
    // Number of each place in its window, to compare with the number of the largest.
    let number: Tensor | null = null;
    let stride = 1;
    for (let i = rank - 1; i >= 0; i--) {
      const part = iota(shape, rank + 1 + i);
      const scaled = stride === 1 ? part : multiply(part, stride);
      number = number ? add(number, scaled) : scaled;
      stride *= attrs.sizes[i] as number;
    }
    const parts = where(equal(first, number as Tensor), spread(grad as Tensor), 0);
    const padded = shapeOf(x).map((size, axis) => size + sumOf(attrs.padding[axis - 1]));
    const all = fold(parts, padded, { sizes: attrs.sizes, strides: attrs.strides, dilations: ones(attrs) });
    return [slice(all, [0, ...attrs.padding.map(([low]) => low), 0], shapeOf(x))];
  },
  reference: (inputs, outputs, attrs) => referenceByExpansion(maxPoolOp, inputs, outputs, attrs),
  samples,
};

/** The mean of each window; padding doesn't count. */
export const averagePoolOp: Op<PoolAttrs> = {
  name: "averagePool",
  kind: "opaque",
  infer: ([x], attrs) => [expanded(x as Spec, attrs)],
  expand([x], attrs) {
    const total = sum(windowed(x as Tensor, attrs, 0), { axis: windowAxes(attrs.sizes.length) });
    return [divide(total, counts(x as Tensor, shapeOf(total), attrs))];
  },
  vjp: ([grad], { inputs, attrs, gradients }) =>
    gradients(averagePoolOp.expand?.(inputs, attrs) as Tensor[], [grad as Tensor], inputs),
  reference: (inputs, outputs, attrs) => referenceByExpansion(averagePoolOp, inputs, outputs, attrs),
  samples,
};

/** Real elements in each window, as a constant that broadcasts. */
function counts(x: Tensor, shape: readonly number[], attrs: PoolAttrs): Tensor {
  const rank = attrs.sizes.length;
  const perAxis = attrs.sizes.map((size, i) =>
    Array.from({ length: shape[i + 1] as number }, (_, position) => {
      const start = position * (attrs.strides[i] as number) - (attrs.padding[i]?.[0] as number);
      return Math.min(start + size, shapeOf(x)[i + 1] as number) - Math.max(start, 0);
    }),
  );
  const spatial = shape.slice(1, rank + 1);
  const data = new Float32Array(spatial.reduce((product, size) => product * size, 1)).fill(1);
  let stride = data.length;
  perAxis.forEach((list) => {
    stride /= list.length;
    for (let i = 0; i < data.length; i++)
      data[i] = (data[i] as number) * (list[Math.floor(i / stride) % list.length] as number);
  });
  return expandDims(constant({ shape: spatial, dtype: "float32", data }), -1);
}

const sumOf = (pair: readonly [number, number] | undefined): number => (pair ? pair[0] + pair[1] : 0);

function expanded(x: Spec, attrs: PoolAttrs): Spec {
  const positions = attrs.sizes.map(
    (size, i) =>
      Math.floor(((x.shape[i + 1] as number) + sumOf(attrs.padding[i]) - size) / (attrs.strides[i] as number)) + 1,
  );
  return { shape: [x.shape[0] as number, ...positions, ...x.shape.slice(attrs.sizes.length + 1)], dtype: x.dtype };
}

const pool =
  (op: Op<PoolAttrs>) =>
  (
    x: TensorLike,
    sizes: readonly number[],
    options: { readonly strides?: readonly number[] | null; readonly padding?: Padding } = {},
  ): Tensor => {
    const input = toTensor(x);
    const strides = options.strides ?? sizes;
    const padding = paddingFor(
      options.padding ?? "valid",
      shapeOf(input).slice(1, -1),
      sizes,
      strides,
      sizes.map(() => 1),
    );
    return apply(op, [input], { sizes, strides, padding });
  };

/** Maximum of windows of `sizes`; steps of `strides` (default: no overlap). */
export const maxPool: ReturnType<typeof pool> = pool(maxPoolOp);
/** Mean of windows of `sizes`; steps of `strides` (default: no overlap). */
export const averagePool: ReturnType<typeof pool> = (x, ...rest) => pool(averagePoolOp)(cast(x, "float32"), ...rest);
