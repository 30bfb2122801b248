// What elementwise and reduce share: operands laid over an index space. Dimensions collapse where every operand allows;
// a walker moves all pointers through the outer dimensions; loads and stores follow the stride of the inner one.

import type { Lane } from "../../../graph/lanes.js";
import type { Access } from "../../../plan/program.js";
import type { Assembler } from "../assembler.js";
import type { Int, IntValue } from "../code.js";

/** How many of the accesses take a pointer parameter. */
export const memoryOperands = (accesses: readonly Access[]): number =>
  accesses.filter((access) => !access.virtual).length;

/** Sizes of dimensions, and for every operand its strides over them. */
export interface Dimensions {
  sizes: number[];
  strides: number[][];
}

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Drops dimensions of size 1 and merges neighbours that every operand walks as one. */
export function collapse(sizes: readonly number[], strides: readonly (readonly number[])[]): Dimensions {
  const result: Dimensions = { sizes: [], strides: strides.map(() => []) };
  sizes.forEach((size, dimension) => {
    if (size === 1) return;
    const last = result.sizes.length - 1;
    const joins = strides.every((own, i) => result.strides[i]?.[last] === (own[dimension] ?? 0) * size);
    if (last >= 0 && joins) {
      result.sizes[last] = (result.sizes[last] ?? 1) * size;
      strides.forEach((own, i) => {
        (result.strides[i] as number[])[last] = own[dimension] ?? 0;
      });
    } else {
      result.sizes.push(size);
      strides.forEach((own, i) => {
        result.strides[i]?.push(own[dimension] ?? 0);
      });
    }
  });
  return result;
}

/** An access while its kernel is written. */
export interface Operand {
  readonly access: Access;
  /** Address of its first element; the first number itself when virtual. */
  readonly base: IntValue;
  /** From elements to what is added to `base`. */
  readonly scale: number;
}

/** Gives each access its parameter, from number `first` on. */
export function bind(assembler: Assembler, accesses: readonly Access[], first: number): Operand[] {
  let next = first;
  return accesses.map((access) => {
    if (access.virtual) return { access, base: access.offset, scale: 1 };
    return { access, base: assembler.plus(assembler.parameter(next++), access.offset * 4), scale: 4 };
  });
}

/**
 * `count` elements that are `stride` apart, starting `skip` elements behind `at`; other lanes hold anything. Reads exactly these
 * elements.
 */
export function loadLanes(
  assembler: Assembler,
  { access }: Operand,
  at: IntValue,
  skip: number,
  stride: number,
  count: number,
): Lane {
  if (!access.virtual) return assembler.loadLanes(access.dtype, at, skip * 4, stride, count);
  const first = assembler.broadcast(assembler.plus(at, skip));
  const numbers = stride === 0 ? first : assembler.add(first, assembler.ramp(0, stride));
  return assembler.convert(numbers, access.dtype);
}

/** Pointers of several operands, moving through dimensions in row-major order. */
export class Walker {
  /** Where each operand stands. */
  readonly pointers: IntValue[];
  private readonly assembler: Assembler;
  private readonly sizes: readonly number[];
  private readonly steps: readonly (readonly number[])[];
  private readonly counters: Int[];

  /** `strides`: elements, per operand and dimension. `start`: a flat index. */
  constructor(
    assembler: Assembler,
    operands: readonly Operand[],
    sizes: readonly number[],
    strides: readonly (readonly number[])[],
    start: IntValue,
  ) {
    this.assembler = assembler;
    this.sizes = sizes;
    this.steps = operands.map(({ scale }, i) => sizes.map((_, d) => (strides[i]?.[d] ?? 0) * scale));
    this.pointers = operands.map(({ base }, i) =>
      this.steps[i]?.some((step) => step !== 0) ? assembler.int(base) : base,
    );
    this.counters = [];
    let rest = start;
    for (let d = sizes.length - 1; d >= 0; d--) {
      const size = sizes[d] ?? 1;
      const index = d === 0 ? rest : assembler.remainder(rest, size);
      this.counters[d] = assembler.int(index);
      this.move(d, index);
      rest = assembler.dividedBy(rest, size);
    }
  }

  private move(dimension: number, count: IntValue, back = 0): void {
    const { assembler, pointers, steps } = this;
    pointers.forEach((pointer, i) => {
      if (typeof pointer === "number") return;
      const step = steps[i]?.[dimension] ?? 0;
      const undo = back * (steps[i]?.[dimension + 1] ?? 0);
      if (step !== 0 || undo !== 0) assembler.advance(pointer, assembler.plus(assembler.times(count, step), -undo | 0));
    });
  }

  /** To the next index. */
  next(dimension: number = this.sizes.length - 1, back = 0): void {
    if (dimension < 0) return;
    this.move(dimension, 1, back);
    const counter = this.counters[dimension];
    const size = this.sizes[dimension] ?? 1;
    if (dimension === 0 || !counter) return;
    this.assembler.advance(counter, 1);
    this.assembler.when(this.assembler.equal(counter, size), () => {
      this.assembler.assign(counter, 0);
      this.next(dimension - 1, size);
    });
  }
}
