// Calls of ops as users write them in models, on inputs whose batch is unknown: at least one of every public op that takes tensors.

import type { Tensor } from "../../lib/graph/tensor.js";
import { ops } from "../../lib/index.js";

export interface OpCall {
  readonly op: string;
  /** Shapes without the batch. */
  readonly inputs: readonly (readonly number[])[];
  readonly call: (...inputs: Tensor[]) => Tensor;
  readonly dtype?: "int32";
  readonly range?: readonly [number, number];
  /** Keras has no such op (only Weft reads it), or can't run it. */
  readonly own?: boolean;
}

const float = (x: Tensor): Tensor => ops.cast(x, "float32");

const unary = (names: string, range?: readonly [number, number], own = false): OpCall[] =>
  names.split(" ").map((op) => ({
    op,
    inputs: [[4]],
    call: (x) => (ops as unknown as Record<string, (x: Tensor) => Tensor>)[op]?.(x) as Tensor,
    ...(range ? { range } : {}),
    own,
  }));

const binary = (names: string, range?: readonly [number, number]): OpCall[] =>
  names.split(" ").flatMap((op) => {
    const apply = (ops as unknown as Record<string, (a: Tensor, b: Tensor | number) => Tensor>)[op];
    const call = (a: Tensor, b: Tensor | number): Tensor => float(apply?.(a, b) as Tensor);
    const bounded = range ? { range } : {};
    return [
      { op, inputs: [[3, 4], [4]], call: (a: Tensor, b: Tensor) => call(a, ops.expandDims(b, 1)), ...bounded },
      { op, inputs: [[4]], call: (a: Tensor) => call(a, 0.75), ...bounded },
    ];
  });

const logical = (op: "logicalAnd" | "logicalOr"): OpCall => ({
  op,
  inputs: [[4], [4]],
  call: (a, b) => float(ops[op](ops.greater(a, 0), ops.greater(b, 0))),
});

export const opCalls: readonly OpCall[] = [
  ...unary(
    "absolute ceil cos exp expm1 floor negative relu round sigmoid sign sin softplus square stopGradient tanh erf",
  ),
  ...unary("log log1p rsqrt sqrt reciprocal", [0.2, 3]),
  ...unary("erfinv", [-0.9, 0.9]),
  ...unary("softmax logSoftmax"),
  ...unary("flushSmall", undefined, true),
  ...binary("add subtract multiply maximum minimum equal notEqual greater greaterEqual less lessEqual"),
  ...binary("divide power mod", [0.3, 2]),
  logical("logicalAnd"),
  logical("logicalOr"),
  { op: "logicalNot", inputs: [[4]], call: (x) => float(ops.logicalNot(ops.greater(x, 0))) },
  { op: "isNaN", inputs: [[4]], call: (x) => float(ops.isNaN(ops.sqrt(x))) },
  { op: "isFinite", inputs: [[4]], call: (x) => float(ops.isFinite(ops.log(x))) },
  { op: "cast", inputs: [[4]], call: (x) => ops.cast(ops.multiply(x, 3), "int32") },
  { op: "clip", inputs: [[4]], call: (x) => ops.clip(x, -0.5, 0.25) },
  { op: "where", inputs: [[4]], call: (x) => ops.where(ops.greater(x, 0), x, -2) },
  { op: "sum", inputs: [[3, 4]], call: (x) => ops.sum(x, { axis: [1, 2] }) },
  { op: "mean", inputs: [[3, 4]], call: (x) => ops.mean(x, { axis: -1, keepdims: true }) },
  { op: "mean", inputs: [[3, 4]], call: (x) => ops.subtract(x, ops.mean(x, { axis: 0, keepdims: true })) },
  { op: "variance", inputs: [[3, 4]], call: (x) => ops.variance(x, { axis: 1 }) },
  { op: "std", inputs: [[3, 4]], call: (x) => ops.std(x, { axis: 1 }) },
  // On JAX, Keras 3.15 hands the axis over as a list, which JAX refuses.
  { op: "norm", inputs: [[3, 4]], call: (x) => ops.norm(x, { axis: 2 }), own: true },
  { op: "max", inputs: [[3, 4]], call: (x) => ops.max(x, { axis: 1 }) },
  { op: "min", inputs: [[3, 4]], call: (x) => ops.min(x, { axis: 1, keepdims: true }) },
  { op: "prod", inputs: [[3, 4]], call: (x) => ops.prod(x, { axis: 1 }) },
  { op: "all", inputs: [[4]], call: (x) => float(ops.all(ops.greater(x, -0.5), { axis: 1 })) },
  { op: "any", inputs: [[4]], call: (x) => float(ops.any(ops.greater(x, 0.5), { axis: 1 })) },
  { op: "argmax", inputs: [[5]], call: (x) => ops.argmax(x, { axis: -1 }) },
  { op: "argmin", inputs: [[5]], call: (x) => ops.argmin(x, { axis: 1, keepdims: true }) },
  { op: "logSumExp", inputs: [[5]], call: (x) => ops.logSumExp(x, { axis: 1 }) },
  { op: "topK", inputs: [[5]], call: (x) => ops.topK(x, 2)[0] },
  { op: "oneHot", inputs: [[3]], dtype: "int32", call: (x) => ops.oneHot(x, 4) },
  {
    op: "gather",
    inputs: [[2, 3]],
    call: (x) =>
      ops.gather(ops.reshape(x, [-1, 3]), ops.cast(ops.argmax(ops.reshape(x, [-1, 3]), { axis: 0 }), "int32")),
  },
  { op: "scatterAdd", inputs: [[2]], call: (x) => ops.scatterAdd(ops.argmax(x, { axis: 1 }), x, 3), own: true },
  { op: "concatenate", inputs: [[3], [2]], call: (a, b) => ops.concatenate([a, b, a], { axis: -1 }) },
  { op: "stack", inputs: [[3], [3]], call: (a, b) => ops.stack([a, b], { axis: 1 }) },
  { op: "split", inputs: [[6]], call: (x) => ops.split(x, 3, { axis: 1 })[1] as Tensor },
  { op: "expandDims", inputs: [[3]], call: (x) => ops.expandDims(x, -1) },
  { op: "squeeze", inputs: [[1, 3]], call: (x) => ops.squeeze(x, 1) },
  { op: "flip", inputs: [[3, 2]], call: (x) => ops.flip(x, [1, 2]) },
  { op: "tile", inputs: [[3]], call: (x) => ops.tile(x, [1, 2]) },
  { op: "repeat", inputs: [[3]], call: (x) => ops.repeat(x, 2, 1) },
  { op: "reshape", inputs: [[2, 6]], call: (x) => ops.reshape(x, [-1, 3, 4]) },
  { op: "transpose", inputs: [[2, 3]], call: (x) => ops.transpose(x, [0, 2, 1]) },
  { op: "broadcastTo", inputs: [[3]], call: (x) => ops.broadcastTo(ops.mean(x, { axis: 0 }), [2, 3]) },
  {
    op: "pad",
    inputs: [[3, 2]],
    call: (x) =>
      ops.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
      ]),
  },
  {
    op: "pad",
    inputs: [[3]],
    call: (x) =>
      ops.pad(
        x,
        [
          [0, 0],
          [1, 2],
        ],
        { value: 0.5 },
      ),
    own: true,
  },
  { op: "slice", inputs: [[5]], call: (x) => ops.slice(x, [0, 1], [-1, 3]), own: true },
  { op: "sliceAxis", inputs: [[5]], call: (x) => ops.sliceAxis(x, 1, 0, 5, 2), own: true },
  {
    op: "matmul",
    inputs: [
      [2, 3],
      [3, 4],
    ],
    call: (a, b) => ops.matmul(a, b),
  },
  {
    op: "einsum",
    inputs: [
      [2, 3],
      [4, 3],
    ],
    call: (a, b) => ops.einsum("bij,bkj->bik", a, b),
  },
  {
    op: "dot",
    inputs: [[3], [3]],
    call: (a, b) => ops.dot(a, b, { batchA: [0], batchB: [0], contractA: [1], contractB: [1] }),
    own: true,
  },
  { op: "unitVectors", inputs: [[3]], call: (x) => ops.unitVectors(x, 1), own: true },
  {
    op: "maxPool",
    inputs: [[4, 4, 2]],
    call: (x) => ops.maxPool(x, [2, 2], { strides: [2, 2], padding: "valid" }),
    own: true,
  },
  {
    op: "averagePool",
    inputs: [[4, 4, 2]],
    call: (x) => ops.averagePool(x, [2, 2], { strides: [2, 2], padding: "same" }),
    own: true,
  },
  {
    op: "conv",
    inputs: [
      [5, 2],
      [2, 2, 3],
    ],
    call: (x, w) => ops.conv(x, ops.mean(w, { axis: 0 }), { strides: [1], padding: "valid" }),
    own: true,
  },
];

/** Public functions that no model calls on its inputs: they make numbers, or take functions. */
export const withoutCalls: readonly string[] = [
  "arange",
  "counter",
  "iota",
  "randomBernoulli",
  "randomNormal",
  "randomUniform",
  "scan",
  "truncatedNormal",
];
