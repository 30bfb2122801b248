// A group of dimensions (rows, columns or depth of a matmul) as one operand walks it: one flat index in, an offset out.

import type { Assembler } from "../assembler.js";
import type { IntValue } from "../code.js";
import { collapse, product } from "./operand.js";

export interface Axis {
  /** Row-major; empty when the axis has one index only. */
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

export function axis(sizes: readonly number[], strides: readonly number[]): Axis {
  const merged = collapse(sizes, [strides]);
  return { sizes: merged.sizes, strides: merged.strides[0] ?? [] };
}

/** The stride of the innermost dimension. */
export const innerStride = ({ strides }: Axis): number => strides.at(-1) ?? 0;

/** How many indices in a row follow the inner stride. */
export const innerSize = ({ sizes }: Axis): number => sizes.at(-1) ?? 1;

/** Whether all indices follow one stride. */
export const isLinear = ({ sizes }: Axis): boolean => sizes.length <= 1;

export const isFixed = ({ strides }: Axis): boolean => strides.every((stride) => stride === 0);

/** Whether `count` neighbours from any multiple of `count` on follow the inner stride. */
export const isLinearBy = (own: Axis, count: number): boolean => isLinear(own) || innerSize(own) % count === 0;

/** Bytes (or what `scale` says per element) from the first element to number `index`. */
export function offsetBytes(assembler: Assembler, { sizes, strides }: Axis, index: IntValue, scale = 4): IntValue {
  let rest = index;
  let offset: IntValue = 0;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const size = sizes[d] ?? 1;
    const own = d === 0 ? rest : assembler.remainder(rest, size);
    offset = assembler.plus(offset, assembler.times(own, (strides[d] ?? 0) * scale));
    if (d > 0) rest = assembler.dividedBy(rest, size);
  }
  return offset;
}

export const length = ({ sizes }: Axis): number => product(sizes);
