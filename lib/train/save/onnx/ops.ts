// How each op is said in ONNX, opset 18.

import type { ConvAttrs } from "../../../catalog/ops/conv.js";
import { type DotAttrs, freeAxes } from "../../../catalog/ops/dot.js";
import type { PoolAttrs } from "../../../catalog/ops/pool.js";
import { ValueError } from "../../../graph/errors.js";
import { sizeOf, stridesOf } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { CallPair, GraphWriter, Writer } from "./context.js";
import { elementwise, inputsAs, outputOf } from "./elementwise.js";
import { scanWriter } from "./scan.js";

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const shapeOf = (tensor: Tensor | undefined): readonly number[] => (tensor as Tensor).shape as readonly number[];
const shapesOf = ({ a, b }: CallPair): [readonly number[], readonly number[]] => [
  shapeOf(a.outputs[0]),
  shapeOf(b.outputs[0]),
];

const reduction =
  (op: string): Writer =>
  (graph, call) => {
    const { axes, keepdims } = call.attrs[0] as { axes: readonly number[]; keepdims: boolean };
    const from = (call.a.inputs[0] as Tensor).dtype;
    const own = from === "bool" ? "int32" : from;
    const made = graph.node(op, [graph.cast(call.inputs[0] as string, from, own), graph.ints(axes)], {
      keepdims: { int: Number(keepdims) },
      noop_with_empty_axes: { int: 1 },
    });
    return [graph.cast(made, own, outputOf(call).dtype)];
  };

const argument =
  (op: string): Writer =>
  (graph, call) => {
    const { axes, keepdims } = call.attrs[0] as { axes: readonly number[]; keepdims: boolean };
    if (axes.length !== 1) throw new ValueError("argmax over several axes at once: ONNX can't say that");
    const [x] = inputsAs(graph, call, "float32");
    const made = graph.node(op, [x as string], {
      axis: { int: axes[0] as number },
      keepdims: { int: Number(keepdims) },
    });
    return [graph.node("Cast", [made], { to: { int: 6 } })];
  };

/** Channels last → channels first, and back. */
const channelsFirst = (graph: GraphWriter, x: string, rank: number): string =>
  graph.node("Transpose", [x], { perm: { ints: [0, rank + 1, ...range(1, rank)] } });
const channelsLast = (graph: GraphWriter, x: string, rank: number): string =>
  graph.node("Transpose", [x], { perm: { ints: [0, ...range(2, rank), 1] } });

const padsOf = (padding: readonly (readonly [number, number])[]): { ints: number[] } => ({
  ints: [...padding.map(([low]) => low), ...padding.map(([, high]) => high)],
});

const pooling =
  (op: string): Writer =>
  (graph, call) => {
    const { sizes, strides, padding } = call.attrs[0] as PoolAttrs;
    const made = graph.node(op, [channelsFirst(graph, call.inputs[0] as string, sizes.length)], {
      kernel_shape: { ints: sizes },
      strides: { ints: strides },
      pads: padsOf(padding),
    });
    return [channelsLast(graph, made, sizes.length)];
  };

const conv: Writer = (graph, call) => {
  const { strides, dilations, padding, groups } = call.attrs[0] as ConvAttrs;
  const rank = strides.length;
  const kernel = graph.node("Transpose", [call.inputs[1] as string], {
    perm: { ints: [rank + 1, rank, ...range(0, rank)] },
  });
  const made = graph.node("Conv", [channelsFirst(graph, call.inputs[0] as string, rank), kernel], {
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: padsOf(padding),
    group: { int: groups },
  });
  return [channelsLast(graph, made, rank)];
};

const dot: Writer = (graph, call) => {
  const { batchA, batchB, contractA, contractB } = call.attrs[0] as DotAttrs;
  const inputs = inputsAs(graph, call, "float32");
  const [a, b] = call.a.inputs as [Tensor, Tensor];
  const isProduct =
    batchA.length === 0 && contractA.join() === `${a.rank - 1}` && contractB.join() === "0" && b.rank === 2;
  if (isProduct && a.rank >= 2) return [graph.node("MatMul", inputs)];
  const letters = (count: number, from: number): string[] => range(from, count).map((i) => String.fromCharCode(97 + i));
  const left = letters(a.rank, 0);
  const right = letters(b.rank, a.rank);
  batchB.forEach((axis, i) => (right[axis] = left[batchA[i] as number] as string));
  contractB.forEach((axis, i) => (right[axis] = left[contractA[i] as number] as string));
  const pick = (from: readonly string[], axes: readonly number[]): string => axes.map((axis) => from[axis]).join("");
  const result =
    pick(left, batchA) +
    pick(left, freeAxes(a.rank, batchA, contractA)) +
    pick(right, freeAxes(b.rank, batchB, contractB));
  return [graph.node("Einsum", inputs, { equation: { text: `${left.join("")},${right.join("")}->${result}` } })];
};

const slice: Writer = (graph, call) => {
  const ends = call.attrs.map((attrs) => {
    const { start, count, step } = attrs as Record<"start" | "count" | "step", readonly number[]>;
    return start.map((first, axis) => {
      const by = step[axis] as number;
      const end = first + ((count[axis] as number) - 1) * by + Math.sign(by);
      // Before the first element is no place to count from.
      return end < 0 ? Number.MIN_SAFE_INTEGER : end;
    });
  }) as [number[], number[]];
  const [a, b] = call.attrs as [Record<string, readonly number[]>, Record<string, readonly number[]>];
  const axes = range(0, (a["start"] as readonly number[]).length);
  return [
    graph.node("Slice", [
      call.inputs[0] as string,
      graph.sizes(a["start"] as readonly number[], b["start"] as readonly number[]),
      graph.sizes(...ends),
      graph.ints(axes),
      graph.ints(a["step"] as readonly number[]),
    ]),
  ];
};

const pad: Writer = (graph, call) => {
  const { low, high, interior, value } = call.attrs[0] as {
    low: readonly number[];
    high: readonly number[];
    interior: readonly number[];
    value: number;
  };
  const { dtype } = outputOf(call);
  const own = dtype === "bool" ? "int32" : dtype;
  const fill = graph.constant(own, [], [value]);
  let [x] = inputsAs(graph, call, own) as [string];
  const shapes = [shapeOf(call.a.inputs[0]), shapeOf(call.b.inputs[0])].map((shape) => [...shape]) as [
    number[],
    number[],
  ];
  interior.forEach((count, axis) => {
    if (count === 0) return;
    // Between elements: each becomes a row of its own, which is filled up; what is too much behind the last is cut off below.
    const split = shapes.map((shape) => [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]) as [
      number[],
      number[],
    ];
    const none = range(0, split[0].length).map(() => 0);
    x = graph.node("Reshape", [x, graph.sizes(...split)]);
    x = graph.node("Pad", [x, graph.ints([...none, ...none.map((zero, i) => (i === axis + 1 ? count : zero))]), fill]);
    for (const shape of shapes) shape[axis] = (shape[axis] as number) * (count + 1);
    x = graph.node("Reshape", [x, graph.sizes(...shapes)]);
  });
  const ends = high.map((count, axis) => count - (interior[axis] as number));
  return [graph.cast(graph.node("Pad", [x, graph.ints([...low, ...ends]), fill]), own, dtype)];
};

/** Numbers that follow from their place; along the batch they must be equal. */
const iota: Writer = (graph, call) => {
  const { strides, start } = call.attrs[0] as { strides: readonly number[]; start: number };
  const [a, b] = shapesOf(call);
  const kept = a.map((size, axis) => (size === b[axis] ? size : 1));
  if (a.some((size, axis) => size !== b[axis] && strides[axis] !== 0))
    throw new ValueError("the model counts the samples of a batch: ONNX can't say that");
  const own = stridesOf(kept);
  const data = Int32Array.from({ length: sizeOf(kept) }, (_, i) =>
    strides.reduce(
      (value, stride, axis) => value + (Math.floor(i / (own[axis] as number)) % (kept[axis] as number)) * stride,
      start,
    ),
  );
  const made = graph.constant("int32", kept, data);
  return [kept.join() === a.join() ? made : graph.node("Expand", [made, graph.sizes(a, b)])];
};

const gather: Writer = (graph, call) => {
  const rows = shapeOf(call.a.inputs[0])[0] as number;
  const [table, indices] = call.inputs as [string, string];
  const zero = graph.constant("int32", [], [0]);
  return [graph.node("Gather", [table, graph.node("Clip", [indices, zero, graph.constant("int32", [], [rows - 1])])])];
};

/** By the names of ops. */
export const writers: Readonly<Record<string, Writer>> = {
  ...elementwise,
  literal: (graph, call) => [graph.constant(outputOf(call).dtype, [], [(call.attrs[0] as { value: number }).value])],
  reduceSum: reduction("ReduceSum"),
  reduceMax: reduction("ReduceMax"),
  reduceMin: reduction("ReduceMin"),
  reduceProd: reduction("ReduceProd"),
  argmax: argument("ArgMax"),
  argmin: argument("ArgMin"),
  reshape: (graph, call) => [graph.node("Reshape", [call.inputs[0] as string, graph.sizes(...shapesOf(call))])],
  broadcastTo: (graph, call) => [graph.node("Expand", [call.inputs[0] as string, graph.sizes(...shapesOf(call))])],
  transpose: (graph, call) => [
    graph.node("Transpose", call.inputs, { perm: { ints: (call.attrs[0] as { axes: readonly number[] }).axes } }),
  ],
  slice,
  concatenate: (graph, call) => [
    graph.node("Concat", inputsAs(graph, call, outputOf(call).dtype), {
      axis: { int: (call.attrs[0] as { axis: number }).axis },
    }),
  ],
  pad,
  iota,
  gather,
  dot,
  conv,
  maxPool: pooling("MaxPool"),
  averagePool: pooling("AveragePool"),
  scan: scanWriter,
};
