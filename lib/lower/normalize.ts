// First pass: ops that are said in simpler ops are replaced by those, equal calls become one, and what does nothing goes
// away. Graph in, graph out.

import { sum } from "../catalog/ops/reduce.js";
import { reshape } from "../catalog/ops/reshape.js";
import { type FoldAttrs, windowsOp } from "../catalog/ops/windows.js";
import { applyAll } from "../graph/call.js";
import { callsOf } from "../graph/network.js";
import type { Layout, Op, Spec } from "../graph/op.js";
import { within } from "../graph/part.js";
import { shapesEqual, stridesOf } from "../graph/shape.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import { keyOf } from "../plan/key.js";
import { copy } from "./copy.js";
import { assemble, joinPieces } from "./place.js";

/** Layouts of leaves that don't lie contiguously (one step's piece of a sequence). */
export type LeafLayouts = ReadonlyMap<Tensor, Layout>;

/** Where a tensor lies relative to the memory it is a view of. */
export function layoutOf(tensor: Tensor, leaves: LeafLayouts): Layout {
  const { call } = tensor;
  const shape = tensor.shape as readonly number[];
  const leaf = leaves.get(originalOf(tensor));
  if (leaf) return leaf;
  if (call.op?.kind !== "view") return { offset: 0, strides: stridesOf(shape) };
  if (call.inputs.length === 0) {
    const { start, strides } = call.attrs as { start: number; strides: readonly number[] };
    return { offset: start, strides };
  }
  const input = call.inputs[0] as Tensor;
  const layout = call.op.layout?.(layoutOf(input, leaves), input as unknown as Spec, call.attrs);
  if (!layout) throw new Error(`${call.op.name} of ${input} can't be a view`);
  return layout;
}

/** The memory behind a chain of views: a tensor that isn't one (or an iota, which is virtual memory). */
export function baseOf(tensor: Tensor): Tensor {
  let base = originalOf(tensor);
  while (base.call.op?.kind === "view" && base.call.inputs.length > 0) base = originalOf(base.call.inputs[0] as Tensor);
  return base;
}

/** Normalizes `outputs`; sources stay as they are. `places` false leaves joining, padding and long sums for a later pass. */
export function* normalize(outputs: readonly Tensor[], leaves: LeafLayouts = new Map(), places = true): Work<Tensor[]> {
  const known = new Map<string, readonly Tensor[]>();
  const values = new Map<Tensor, Tensor>();
  const madeOf = (tensor: Tensor): Tensor => values.get(originalOf(tensor)) as Tensor;
  const visit = function* (wanted: readonly Tensor[]): Work<Tensor[]> {
    for (const call of callsOf(wanted, values)) {
      const made = call.op ? yield* redo(call.op, call.inputs.map(madeOf), call) : call.outputs;
      call.outputs.forEach((output, i) => {
        values.set(output, made[i] as Tensor);
      });
      yield;
    }
    return wanted.map(madeOf);
  };
  const redo = function* (op: Op, inputs: readonly Tensor[], call: Call): Work<readonly Tensor[]> {
    const same = nothingToDo(op, inputs, call);
    if (same) return [same];
    const key =
      op.kind === "control"
        ? null
        : `${op.name}${keyOf(call.attrs)}${inputs.map((input) => `${originalOf(input).call.id}.${input.index}`).join()}`;
    const before = key === null ? undefined : known.get(key);
    if (before) return before;
    const { simpler, same: applied } = within(call.part, () => {
      const pieces = places
        ? (placed(op, inputs, call.attrs) ?? joinPieces(op, inputs) ?? splitReduction(op, inputs, call.attrs))
        : null;
      const said = pieces ? [pieces] : op.expand?.(inputs, call.attrs);
      return said
        ? { simpler: said, same: [] }
        : { simpler: null, same: applyAll(op, viewable(op, inputs, call.attrs, leaves), call.attrs) };
    });
    const made = simpler ? yield* visitAgain(inputs, simpler) : applied;
    if (key !== null) known.set(key, made);
    return made;
  };
  const visitAgain = (inputs: readonly Tensor[], outputs: readonly Tensor[]): Work<Tensor[]> => {
    // The inputs are normal already: they stand for themselves.
    for (const input of inputs) values.set(originalOf(input), input);
    return visit(outputs);
  };
  return yield* visit(outputs);
}

/** For views that strides can't say, the input is copied first. */
function viewable(op: Op, inputs: readonly Tensor[], attrs: unknown, leaves: LeafLayouts): readonly Tensor[] {
  const [input] = inputs;
  if (op.kind !== "view" || !input) return inputs;
  return op.layout?.(layoutOf(input, leaves), input as unknown as Spec, attrs) ? inputs : [copy(input)];
}

/** Ops whose inputs each fill a piece of the output: the pieces are written where they belong (place.ts). */
function placed(op: Op, inputs: readonly Tensor[], attrs: unknown): Tensor | null {
  const output = op.infer(inputs as unknown as Spec[], attrs)[0] as Spec;
  if (op.name === "concatenate") {
    const { axis } = attrs as { axis: number };
    const strides = stridesOf(output.shape);
    let start = 0;
    const layouts = inputs.map((input) => {
      const offset = start * (strides[axis] as number);
      start += input.shape[axis] as number;
      return { offset, strides };
    });
    return assemble(inputs, layouts, output.shape, null);
  }
  if (op.name === "pad") {
    const { low, interior, value } = attrs as { low: readonly number[]; interior: readonly number[]; value: number };
    const strides = stridesOf(output.shape);
    const offset = low.reduce((sum, count, axis) => sum + count * (strides[axis] as number), 0);
    return assemble(
      inputs,
      [{ offset, strides: strides.map((stride, axis) => stride * ((interior[axis] as number) + 1)) }],
      output.shape,
      value,
    );
  }
  if (op.name === "fold") {
    const { sizes, strides, dilations, shape } = attrs as FoldAttrs;
    if (sizes.some((size, i) => (strides[i] as number) < size || dilations[i] !== 1)) return null;
    const layout = windowsOp.layout?.(
      { offset: 0, strides: stridesOf(shape) },
      { shape, dtype: "float32" },
      attrs as FoldAttrs,
    ) as Layout;
    const covered = sizes.every((size, i) => strides[i] === size && (shape[i + 1] as number) % size === 0);
    return assemble(inputs, [layout], shape, covered ? null : 0);
  }
  return null;
}

/** A long sum into few places is cut into pieces of fixed number, so that all workers can help and results don't depend on how many they are. */
function splitReduction(op: Op, inputs: readonly Tensor[], attrs: unknown): Tensor | null {
  if (op.name !== "reduceSum") return null;
  const { axes, keepdims } = attrs as { axes: readonly number[]; keepdims: boolean };
  const input = inputs[0] as Tensor;
  const shape = input.shape as readonly number[];
  const axis = axes.find((candidate) => (shape[candidate] as number) > 1);
  const kept = shape.reduce((product, size, i) => (axes.includes(i) ? product : product * size), 1);
  const long = axes.reduce((product, i) => product * (shape[i] as number), 1);
  if (axis === undefined || kept > 1024 || long < 8192 || long * kept < 65536) return null;
  const size = shape[axis] as number;
  const parts = largestDivisor(size, 64);
  if (parts < 4) return null;
  const split = reshape(input, [...shape.slice(0, axis), parts, size / parts, ...shape.slice(axis + 1)]);
  const partial = sum(split, { axis: axes.map((i) => (i < axis ? i : i + 1)) });
  const total = sum(partial, { axis: axis - axes.filter((i) => i < axis).length });
  return keepdims
    ? reshape(
        total,
        shape.map((value, i) => (axes.includes(i) ? 1 : value)),
      )
    : total;
}

function largestDivisor(size: number, limit: number): number {
  for (let divisor = Math.min(limit, size); divisor > 1; divisor--) if (size % divisor === 0) return divisor;
  return 1;
}

const literal = (tensor: Tensor | undefined): number | null => {
  const source = tensor?.call.source;
  return source?.kind === "constant" && tensor?.rank === 0 ? (source.value.data[0] as number) : null;
};

/** The input that the call merely passes on, if it does. */
function nothingToDo(op: Op, inputs: readonly Tensor[], call: Call): Tensor | null {
  const [a, b] = inputs;
  const output = call.outputs[0] as Tensor;
  const keeps = (tensor: Tensor | undefined): tensor is Tensor =>
    tensor !== undefined && tensor.dtype === output.dtype && shapesEqual(tensor.shape, output.shape);
  if (op.name === "reshape" || op.name === "broadcastTo" || op.name === "cast" || op.name === "stopGradient")
    return keeps(a) ? a : null;
  if (op.name === "add") return keeps(a) && literal(b) === 0 ? a : keeps(b) && literal(a) === 0 ? b : null;
  if (op.name === "multiply" || op.name === "divide") {
    if (keeps(a) && literal(b) === 1) return a;
    if (op.name === "multiply" && keeps(b) && literal(a) === 1) return b;
  }
  return null;
}
