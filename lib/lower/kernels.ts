// One group → kernel specs: which operands, over which space, computing which expression.

import { type DotAttrs, freeAxes } from "../catalog/ops/dot.js";
import type { FoldAttrs } from "../catalog/ops/windows.js";
import { windowsOp } from "../catalog/ops/windows.js";
import { sizeOf, stridesOf } from "../graph/shape.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import type { Access, Combine, ExprNode, KernelSpec } from "../plan/program.js";
import { collapse } from "./collapse.js";
import { ExprBuilder } from "./expression.js";
import type { Group, Grouping } from "./group.js";
import type { KernelItem, Operand } from "./lowered.js";
import { baseOf } from "./normalize.js";
import type { Place, Scope } from "./select.js";

const combines: Readonly<Record<string, Combine>> = {
  reduceSum: "sum",
  reduceMax: "max",
  reduceMin: "min",
  reduceProd: "prod",
  argmax: "argmax",
  argmin: "argmin",
};

/** A tensor's strides stretched over a space it broadcasts to. */
function accessOver(
  scope: Scope,
  tensor: Tensor,
  space: readonly number[],
): { access: Access; operand: Operand | null } {
  const shape = tensor.shape as readonly number[];
  const at = scope.locate(tensor);
  const missing = space.length - shape.length;
  const strides = space.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : (at.strides[axis - missing] as number),
  );
  if (baseOf(tensor).call.op?.name === "iota")
    return { access: { dtype: "int32", strides, offset: at.offset, virtual: true }, operand: null };
  return { access: { dtype: tensor.dtype, strides, offset: 0 }, operand: scope.operand(at) };
}

const outputAccess = (at: Place, tensor: Tensor): Access => ({
  dtype: tensor.dtype,
  strides: at.strides,
  offset: 0,
  ...(at.offset !== 0 || at.steps.length > 0 || at.value.elements !== sizeOf(tensor.shape as readonly number[])
    ? { partial: true as const }
    : {}),
});

/** Results of a group that someone outside of it reads, or that have a place of their own. */
function visibleOutputs(own: Group, grouping: Grouping, scope: Scope): Tensor[] {
  const members = new Set([...own.calls, ...own.prologue]);
  return own.calls
    .filter((call) => call.op?.kind === "elementwise" || call === own.anchor)
    .flatMap((call) => call.outputs)
    .filter((output) => {
      if (output.call.op?.name === "place") return true;
      return scope.places.has(output) && output.call !== own.anchor
        ? true
        : grouping.usersOf(output).some((user) => !members.has(user)) || usedByView(output, grouping, members);
    });
}

/** An anchor's or member's value read by its own group through a view must be in memory too. */
function usedByView(output: Tensor, grouping: Grouping, members: ReadonlySet<Call>): boolean {
  return grouping
    .usersOf(output)
    .some(
      (user) =>
        members.has(user) && user.inputs.some((input) => originalOf(input) !== output && baseOf(input) === output),
    );
}

/** The kernels of a group. */
export function emitGroup(scope: Scope, own: Group, grouping: Grouping): KernelItem[] {
  const { anchor } = own;
  const label = labelOf(own);
  const outputs = visibleOutputs(own, grouping, scope);
  const pointers = outputs.map((tensor) => scope.locate(tensor));
  const outputOperands = pointers.map((at) => scope.operand(at));
  const outputAccesses = outputs.map((tensor, i) => outputAccess(pointers[i] as Place, tensor));
  const item = (spec: KernelSpec, inputs: readonly (Operand | null)[]): KernelItem => ({
    kind: "kernel",
    spec,
    inputs: inputs.filter((operand): operand is Operand => operand !== null),
    outputs: outputOperands,
    label,
  });
  if (!anchor) {
    if (outputs.length === 0) return [];
    const builder = new ExprBuilder(null, own.calls);
    const inputs = builder.inputs.map((tensor) => accessOver(scope, tensor, own.space));
    const spec = {
      family: "elementwise" as const,
      space: own.space,
      inputs: inputs.map(({ access }) => access),
      outputs: outputAccesses,
      expr: builder.expr(outputs),
    };
    return [
      item(
        collapse(spec),
        inputs.map(({ operand }) => operand),
      ),
    ];
  }
  const riders = own.calls.filter((call) => call !== anchor);
  const epilogue = new ExprBuilder(anchor.outputs[0] as Tensor, riders);
  const epilogueInputs = epilogue.inputs.map((tensor) => accessOver(scope, tensor, own.space));
  const tail = {
    epilogueInputs: epilogueInputs.map(({ access }) => access),
    epilogue: epilogue.expr(outputs),
    outputs: outputAccesses,
  };
  const kind = anchor.op?.name ?? "";
  if (kind === "dot") {
    const [a, b] = anchor.inputs as [Tensor, Tensor];
    const { batchA, batchB, contractA, contractB } = anchor.attrs as DotAttrs;
    const [left, right] = [scope.locate(a), scope.locate(b)];
    const freeA = freeAxes(a.rank, batchA, contractA);
    const freeB = freeAxes(b.rank, batchB, contractB);
    const sizes = (tensor: Tensor, axes: readonly number[]): number[] =>
      axes.map((axis) => tensor.shape[axis] as number);
    const along = (at: Place, axes: readonly number[]): number[] => axes.map((axis) => at.strides[axis] as number);
    const spec = {
      family: "matmul" as const,
      batch: sizes(a, batchA),
      m: sizes(a, freeA),
      n: sizes(b, freeB),
      k: sizes(a, contractA),
      a: {
        dtype: "float32" as const,
        strides: [...along(left, batchA), ...along(left, freeA), ...along(left, contractA)],
        offset: 0,
      },
      b: {
        dtype: "float32" as const,
        strides: [...along(right, batchB), ...along(right, contractB), ...along(right, freeB)],
        offset: 0,
      },
      ...tail,
    };
    return [
      item(collapse(spec), [
        scope.operand(left),
        scope.operand(right),
        ...epilogueInputs.map(({ operand }) => operand),
      ]),
    ];
  }
  const combine = combines[kind];
  if (combine) {
    const input = anchor.inputs[0] as Tensor;
    const shape = input.shape as readonly number[];
    const { axes } = anchor.attrs as { axes: readonly number[] };
    const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    // With keepdims the output has dimensions of size 1 where the sum was: leave them out of the kernel's space.
    const keepdims = own.space.length === shape.length && axes.length > 0;
    const reorder = (access: Access): Access => ({
      ...access,
      strides: [...kept, ...axes].map((axis) => access.strides[axis] as number),
    });
    const shrink = (access: Access): Access =>
      keepdims ? { ...access, strides: kept.map((axis) => access.strides[axis] as number) } : access;
    const builder = own.prologue.length > 0 ? new ExprBuilder(null, own.prologue) : null;
    const sources = builder ? builder.inputs : [input];
    const inputs = sources.map((tensor) => accessOver(scope, tensor, shape));
    const spec = {
      family: "reduce" as const,
      space: kept.map((axis) => shape[axis] as number),
      reduced: axes.map((axis) => shape[axis] as number),
      combine,
      inputs: inputs.map(({ access }) => reorder(access)),
      expr: builder ? builder.expr([input]) : { nodes: [], results: [0] },
      epilogueInputs: tail.epilogueInputs.map(shrink),
      epilogue: tail.epilogue,
      outputs: tail.outputs.map(shrink),
    };
    return [
      item(
        collapse(spec),
        [...inputs, ...epilogueInputs].map(({ operand }) => operand),
      ),
    ];
  }
  if (kind === "assemble") return [];
  return opaque(scope, anchor, label);
}

/** Ops with kernels of their own, which nothing rides on. */
function opaque(scope: Scope, anchor: Call, label: string): KernelItem[] {
  const output = anchor.outputs[0] as Tensor;
  const into = scope.locate(output);
  const single = (spec: KernelSpec, inputs: readonly Tensor[]): KernelItem[] => [
    {
      kind: "kernel",
      spec,
      inputs: inputs.map((tensor) => scope.operand(dense(scope, tensor))),
      outputs: [scope.operand(into)],
      label,
    },
  ];
  if (anchor.op?.name === "gather") {
    const [table, indices] = anchor.inputs as [Tensor, Tensor];
    const count = sizeOf(indices.shape as readonly number[]);
    return single(
      {
        family: "gather",
        rows: table.shape[0] as number,
        count,
        width: sizeOf(output.shape as readonly number[]) / count,
      },
      [table, indices],
    );
  }
  if (anchor.op?.name === "scatterAdd") {
    const [indices, values] = anchor.inputs as [Tensor, Tensor];
    const { rows } = anchor.attrs as { rows: number };
    return single(
      {
        family: "scatterAdd",
        rows,
        count: sizeOf(indices.shape as readonly number[]),
        width: sizeOf(output.shape as readonly number[]) / rows,
      },
      [indices, values],
    );
  }
  if (anchor.op?.name === "fold") return foldKernels(scope, anchor, into, label);
  throw new Error(`no kernel for op "${anchor.op?.name}"`);
}

/** The place of a tensor that must lie contiguously (normalize.ts copies it otherwise). */
function dense(scope: Scope, tensor: Tensor): Place {
  const at = scope.locate(tensor);
  const shape = tensor.shape as readonly number[];
  const wanted = stridesOf(shape);
  if (wanted.some((stride, axis) => shape[axis] !== 1 && at.strides[axis] !== stride))
    throw new Error(`${tensor} must be contiguous here`);
  return at;
}

/** Overlapping windows: zeros first, then one place of the window after the other is added. */
function foldKernels(scope: Scope, anchor: Call, into: Place, label: string): KernelItem[] {
  const input = anchor.inputs[0] as Tensor;
  const attrs = anchor.attrs as FoldAttrs;
  const from = scope.locate(input);
  const rank = attrs.sizes.length;
  const shape = input.shape as readonly number[];
  const layout = windowsOp.layout?.(into, { shape: attrs.shape, dtype: input.dtype }, attrs) as {
    offset: number;
    strides: readonly number[];
  };
  const outer = [0, ...attrs.sizes.map((_, i) => i + 1), ...shape.map((_, axis) => axis).slice(2 * rank + 1)];
  const pick = (strides: readonly number[]): number[] => outer.map((axis) => strides[axis] as number);
  const zero: ExprNode = { op: "literal", attrs: { value: 0, dtype: input.dtype }, args: [], dtype: input.dtype };
  const whole = collapse({
    family: "elementwise",
    space: attrs.shape,
    inputs: [],
    outputs: [{ dtype: input.dtype, strides: into.strides, offset: 0, partial: true }],
    expr: { nodes: [zero], results: [0] },
  });
  const items: KernelItem[] = [{ kind: "kernel", spec: whole, inputs: [], outputs: [scope.operand(into)], label }];
  const count = sizeOf(attrs.sizes);
  const windowStrides = stridesOf(attrs.sizes);
  for (let k = 0; k < count; k++) {
    const shift = (strides: readonly number[]): number =>
      attrs.sizes.reduce(
        (sum, size, i) =>
          sum + (Math.floor(k / (windowStrides[i] as number)) % size) * (strides[rank + 1 + i] as number),
        0,
      );
    const target: Operand = { ...scope.operand(into), offset: layout.offset + shift(layout.strides) };
    const source: Operand = { ...scope.operand(from), offset: from.offset + shift(from.strides) };
    const access = { dtype: input.dtype, strides: pick(layout.strides), offset: 0, partial: true as const };
    const spec = collapse({
      family: "elementwise",
      space: outer.map((axis) => shape[axis] as number),
      inputs: [access, { dtype: input.dtype, strides: pick(from.strides), offset: 0 }],
      outputs: [access],
      expr: { nodes: [{ op: "add", attrs: null, args: [0, 1], dtype: input.dtype }], results: [2] },
    });
    items.push({ kind: "kernel", spec, inputs: [target, source], outputs: [target], label });
  }
  return items;
}

function labelOf(own: Group): string {
  const names = [...own.prologue, ...own.calls]
    .map((call) => call.op?.name ?? "")
    .filter((name) => name !== "place" && name !== "copy");
  const anchor = own.anchor?.op?.name;
  const rest = names.filter((name) => name !== anchor);
  const sizes = own.space.length > 0 ? `${own.space.join("x")} ` : "";
  return (
    sizes + [anchor, ...rest.slice(0, 4)].filter(Boolean).join("+") + (rest.length > 4 ? `+${rest.length - 4}` : "")
  );
}
