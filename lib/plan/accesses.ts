// Which memory a kernel's pointers touch: read off its spec.

import { sizeOf } from "../graph/shape.js";
import type { Access, KernelSpec } from "./program.js";

/** The run of memory an access touches. */
export function stageShape(access: Access, space: readonly number[]): { low: number; elements: number; gaps: boolean } {
  let low = access.offset;
  let high = access.offset;
  access.strides.forEach((stride, axis) => {
    const reach = stride * ((space[axis] as number) - 1);
    if (reach < 0) low += reach;
    else high += reach;
  });
  const touched = sizeOf(space.filter((_, axis) => access.strides[axis] !== 0));
  return { low, elements: high - low + 1, gaps: touched < high - low + 1 };
}

/** Accesses in the order of pointers, each with the space it runs over. */
export function accessesOf(spec: KernelSpec): { access: Access; space: readonly number[] }[] {
  const dense = (elements: number, dtype: Access["dtype"]): { access: Access; space: readonly number[] } => ({
    access: { dtype, strides: [1], offset: 0 },
    space: [elements],
  });
  const over = (space: readonly number[]) => (access: Access) => ({ access, space });
  const real = ({ access }: { access: Access }): boolean => !access.virtual;
  switch (spec.family) {
    case "elementwise":
      return [...spec.inputs, ...spec.outputs].map(over(spec.space)).filter(real);
    case "reduce":
      return [
        ...spec.inputs.map(over([...spec.space, ...spec.reduced])),
        ...[...spec.epilogueInputs, ...spec.outputs].map(over(spec.space)),
      ].filter(real);
    case "matmul":
      return [
        { access: spec.a, space: [...spec.batch, ...spec.m, ...spec.k] },
        { access: spec.b, space: [...spec.batch, ...spec.k, ...spec.n] },
        ...[...spec.epilogueInputs, ...spec.outputs].map(over([...spec.batch, ...spec.m, ...spec.n])),
      ].filter(real);
    case "gather":
      return [
        dense(spec.rows * spec.width, "float32"),
        dense(spec.count, "int32"),
        dense(spec.count * spec.width, "float32"),
      ];
    case "scatterAdd":
      return [
        dense(spec.count, "int32"),
        dense(spec.count * spec.width, "float32"),
        dense(spec.rows * spec.width, "float32"),
      ];
  }
}
