// Neighbouring dimensions that every operand walks as one become one, and those of size 1 vanish: equal work gets equal
// specs, and kernels see long inner loops.

import type { Access, ElementwiseSpec, KernelSpec, MatmulSpec, ReduceSpec } from "../plan/program.js";

/** A run of dimensions [from, to) of some operands' strides, to be collapsed on its own. */
function merge(
  sizes: readonly number[],
  strides: readonly (readonly number[])[],
): { sizes: number[]; strides: number[][] } {
  const keptSizes: number[] = [];
  const kept: number[][] = strides.map(() => []);
  sizes.forEach((size, axis) => {
    if (size === 1) return;
    const last = keptSizes.length - 1;
    const joins =
      last >= 0 && strides.every((list, i) => (kept[i] as number[])[last] === (list[axis] as number) * size);
    if (joins) {
      keptSizes[last] = (keptSizes[last] as number) * size;
      strides.forEach((list, i) => {
        (kept[i] as number[])[last] = list[axis] as number;
      });
    } else {
      keptSizes.push(size);
      strides.forEach((list, i) => {
        (kept[i] as number[]).push(list[axis] as number);
      });
    }
  });
  return { sizes: keptSizes, strides: kept };
}

const withStrides = (access: Access, strides: readonly number[]): Access => ({ ...access, strides });

export function collapse<S extends KernelSpec>(spec: S): S {
  if (spec.family === "elementwise") return collapseElementwise(spec) as S;
  if (spec.family === "reduce") return collapseReduce(spec) as S;
  if (spec.family === "matmul") return collapseMatmul(spec) as S;
  return spec;
}

function collapseElementwise(spec: ElementwiseSpec): ElementwiseSpec {
  const all = [...spec.inputs, ...spec.outputs];
  const { sizes, strides } = merge(
    spec.space,
    all.map((access) => access.strides),
  );
  const accesses = all.map((access, i) => withStrides(access, strides[i] as number[]));
  return {
    ...spec,
    space: sizes,
    inputs: accesses.slice(0, spec.inputs.length),
    outputs: accesses.slice(spec.inputs.length),
  };
}

function collapseReduce(spec: ReduceSpec): ReduceSpec {
  const rank = spec.space.length;
  const outside = [...spec.epilogueInputs, ...spec.outputs];
  const kept = merge(spec.space, [
    ...spec.inputs.map((access) => access.strides.slice(0, rank)),
    ...outside.map((access) => access.strides),
  ]);
  const reduced = merge(
    spec.reduced,
    spec.inputs.map((access) => access.strides.slice(rank)),
  );
  const count = spec.inputs.length;
  const rest = outside.map((access, i) => withStrides(access, kept.strides[count + i] as number[]));
  return {
    ...spec,
    space: kept.sizes,
    reduced: reduced.sizes,
    inputs: spec.inputs.map((access, i) =>
      withStrides(access, [...(kept.strides[i] as number[]), ...(reduced.strides[i] as number[])]),
    ),
    epilogueInputs: rest.slice(0, spec.epilogueInputs.length),
    outputs: rest.slice(spec.epilogueInputs.length),
  };
}

function collapseMatmul(spec: MatmulSpec): MatmulSpec {
  const [batch, m, n, k] = [spec.batch.length, spec.m.length, spec.n.length, spec.k.length];
  const outside = [...spec.epilogueInputs, ...spec.outputs];
  const part = (access: Access, from: number, count: number): readonly number[] =>
    access.strides.slice(from, from + count);
  const batches = merge(spec.batch, [
    part(spec.a, 0, batch),
    part(spec.b, 0, batch),
    ...outside.map((access) => part(access, 0, batch)),
  ]);
  const rows = merge(spec.m, [part(spec.a, batch, m), ...outside.map((access) => part(access, batch, m))]);
  const columns = merge(spec.n, [part(spec.b, batch + k, n), ...outside.map((access) => part(access, batch + m, n))]);
  const inner = merge(spec.k, [part(spec.a, batch + m, k), part(spec.b, batch, k)]);
  const rest = outside.map((access, i) =>
    withStrides(access, [
      ...(batches.strides[i + 2] as number[]),
      ...(rows.strides[i + 1] as number[]),
      ...(columns.strides[i + 1] as number[]),
    ]),
  );
  return {
    ...spec,
    batch: batches.sizes,
    m: rows.sizes,
    n: columns.sizes,
    k: inner.sizes,
    a: withStrides(spec.a, [
      ...(batches.strides[0] as number[]),
      ...(rows.strides[0] as number[]),
      ...(inner.strides[0] as number[]),
    ]),
    b: withStrides(spec.b, [
      ...(batches.strides[1] as number[]),
      ...(inner.strides[1] as number[]),
      ...(columns.strides[0] as number[]),
    ]),
    epilogueInputs: rest.slice(0, spec.epilogueInputs.length),
    outputs: rest.slice(spec.epilogueInputs.length),
  };
}
