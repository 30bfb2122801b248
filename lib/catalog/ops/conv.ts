// Convolution in any number of dimensions, channels last: windows and one product. Kernels as Keras stores them:
// [...window, channels / groups, filters].

import { apply, type TensorLike } from "../../graph/call.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec } from "../../graph/op.js";
import { referenceByExpansion } from "../../graph/reference.js";
import { showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { dot } from "./dot.js";
import { pad } from "./pad.js";
import { reshape } from "./reshape.js";
import { flip, sliceAxis } from "./slice.js";
import { transpose } from "./transpose.js";
import { windows } from "./windows.js";

export interface ConvAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros before and after each spatial dimension. */
  readonly padding: readonly (readonly [number, number])[];
  readonly groups: number;
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const shapeOf = (tensor: Tensor): readonly number[] => tensor.shape as readonly number[];

/** x [n, …spatial, c] and kernel [...window, c / groups, f] → [n, …positions, f]. */
export const convOp: Op<ConvAttrs> = {
  name: "conv",
  kind: "contract",
  infer([x, kernel], { strides, dilations, padding, groups }) {
    const [input, weights] = [x as Spec, kernel as Spec];
    const rank = strides.length;
    const channels = input.shape[rank + 1] as number;
    const filters = weights.shape[rank + 1] as number;
    if ((weights.shape[rank] as number) * groups !== channels || filters % groups !== 0) {
      throw new ShapeError(
        `conv: kernel ${showShape(weights.shape)} with ${groups} groups doesn't fit input ${showShape(input.shape)}`,
      );
    }
    const positions = strides.map((stride, i) => {
      const reach = ((weights.shape[i] as number) - 1) * (dilations[i] as number) + 1;
      const [low, high] = padding[i] as readonly [number, number];
      return Math.floor(((input.shape[i + 1] as number) + low + high - reach) / stride) + 1;
    });
    if (positions.some((count) => count < 1)) {
      throw new ShapeError(
        `conv: a window of ${weights.shape.slice(0, rank).join("x")} doesn't fit into ${showShape(input.shape)}`,
        {
          hint: 'use padding: "same" or a smaller kernel',
        },
      );
    }
    return [{ shape: [input.shape[0] as number, ...positions, filters], dtype: "float32" }];
  },
  vjp([grad], { inputs, attrs, gradients }) {
    const [x, kernel] = inputs as [Tensor, Tensor];
    const g = grad as Tensor;
    if (attrs.groups > 1) return gradients(convOp.expand?.(inputs, attrs) as Tensor[], [g], inputs);
    const rank = attrs.strides.length;
    const view = windowsOf(x, kernel, attrs);
    const positions = range(0, rank + 1);
    return [
      towardsInput(g, x, kernel, attrs),
      dot(view, g, { batchA: [], batchB: [], contractA: positions, contractB: positions }),
    ];
  },
  expand([x, kernel], attrs) {
    const [input, weights] = [x as Tensor, kernel as Tensor];
    const rank = attrs.strides.length;
    const view = windowsOf(input, weights, attrs);
    if (attrs.groups === 1) {
      return [
        dot(view, weights, {
          batchA: [],
          batchB: [],
          contractA: range(rank + 1, rank + 1),
          contractB: range(0, rank + 1),
        }),
      ];
    }
    // A group is a batch of the product.
    const { groups } = attrs;
    const shape = shapeOf(view);
    const split = reshape(view, [...shape.slice(0, -1), groups, (shape.at(-1) as number) / groups]);
    const kernelShape = shapeOf(weights);
    const filters = kernelShape.at(-1) as number;
    const splitKernel = reshape(weights, [...kernelShape.slice(0, -1), groups, filters / groups]);
    const product = dot(split, splitKernel, {
      batchA: [2 * rank + 1],
      batchB: [rank + 1],
      contractA: [...range(rank + 1, rank), 2 * rank + 2],
      contractB: range(0, rank + 1),
    });
    const back = transpose(product, [...range(1, rank + 1), 0, rank + 2]);
    return [reshape(back, [...shapeOf(back).slice(0, -2), filters])];
  },
  reference: (inputs, outputs, attrs) => referenceByExpansion(convOp, inputs, outputs, attrs),
  *samples() {
    const f32 = (...shape: number[]): Spec => ({ shape, dtype: "float32" });
    const attrs = (
      rank: number,
      stride: number,
      dilation: number,
      padding: readonly [number, number],
      groups = 1,
    ): ConvAttrs => ({
      strides: new Array(rank).fill(stride),
      dilations: new Array(rank).fill(dilation),
      padding: new Array(rank).fill(padding),
      groups,
    });
    yield { inputs: [f32(2, 6, 3), f32(3, 3, 4)], attrs: attrs(1, 1, 1, [0, 0]) };
    yield { inputs: [f32(1, 7, 6, 2), f32(3, 2, 2, 3)], attrs: attrs(2, 2, 1, [1, 0]) };
    yield { inputs: [f32(1, 7, 7, 2), f32(2, 2, 2, 3)], attrs: attrs(2, 1, 2, [0, 1]) };
    yield { inputs: [f32(2, 5, 5, 4), f32(3, 3, 2, 6)], attrs: attrs(2, 1, 1, [1, 1], 2) };
  },
};

function windowsOf(x: Tensor, kernel: Tensor, { strides, dilations, padding }: ConvAttrs): Tensor {
  const padded = pad(x, [[0, 0], ...padding, [0, 0]]);
  return windows(padded, { sizes: shapeOf(kernel).slice(0, strides.length), strides, dilations });
}

/** The gradient towards x: a convolution of the spread-out gradient with the turned kernel. */
function towardsInput(grad: Tensor, x: Tensor, kernel: Tensor, { strides, dilations, padding }: ConvAttrs): Tensor {
  const rank = strides.length;
  const edges = strides.map((stride, i) => {
    const reach = ((shapeOf(kernel)[i] as number) - 1) * (dilations[i] as number) + 1;
    const low = reach - 1 - (padding[i]?.[0] as number);
    const spread = ((shapeOf(grad)[i + 1] as number) - 1) * stride + 1;
    return { low, high: (shapeOf(x)[i + 1] as number) + reach - 1 - spread - low };
  });
  let wide = pad(
    grad,
    [[0, 0], ...edges.map(({ low, high }) => [Math.max(0, low), Math.max(0, high)] as const), [0, 0]],
    {
      interior: [0, ...strides.map((stride) => stride - 1), 0],
    },
  );
  // More padding than the window reaches: the outermost gradients fall outside of x.
  edges.forEach(({ low, high }, i) => {
    const size = shapeOf(wide)[i + 1] as number;
    if (low < 0 || high < 0) wide = sliceAxis(wide, i + 1, Math.max(0, -low), size - Math.max(0, -high));
  });
  const view = windows(wide, { sizes: shapeOf(kernel).slice(0, rank), strides: strides.map(() => 1), dilations });
  const turned = flip(kernel, range(0, rank));
  return dot(view, turned, {
    batchA: [],
    batchB: [],
    contractA: range(rank + 1, rank + 1),
    contractB: [...range(0, rank), rank + 1],
  });
}

/** How windows meet the edge, as Keras names it. */
export type Padding = "valid" | "same" | "causal";

/** Zeros on both sides for a named padding; "same" puts the odd one behind. */
export function paddingFor(
  padding: Padding,
  sizes: readonly number[],
  window: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): [number, number][] {
  return window.map((width, i) => {
    const reach = (width - 1) * (dilations[i] as number) + 1;
    if (padding === "valid") return [0, 0];
    if (padding === "causal") return [reach - 1, 0];
    const size = sizes[i] as number;
    const stride = strides[i] as number;
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
}

/** Convolution of `x` [n, …spatial, channels] with `kernel` [...window, channels / groups, filters]. */
export function conv(
  x: TensorLike,
  kernel: TensorLike,
  options: {
    readonly strides?: readonly number[];
    readonly padding?: Padding;
    readonly dilations?: readonly number[];
    readonly groups?: number;
  } = {},
): Tensor {
  const [input, weights] = [cast(x, "float32"), cast(kernel, "float32")];
  const rank = input.rank - 2;
  const strides = options.strides ?? new Array<number>(rank).fill(1);
  const dilations = options.dilations ?? new Array<number>(rank).fill(1);
  const padding = paddingFor(
    options.padding ?? "valid",
    shapeOf(input).slice(1, -1),
    shapeOf(weights).slice(0, rank),
    strides,
    dilations,
  );
  return apply(convOp, [input, weights], { strides, dilations, padding, groups: options.groups ?? 1 });
}
