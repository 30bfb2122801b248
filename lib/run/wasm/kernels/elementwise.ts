// Fused elementwise graphs over any strided space: an expression and the accesses of its operands in, loops over vectors out.
// The space is cut into segments (rows, or pieces of long rows) of about `grain` elements; a unit is a segment or several.

import type { Lane } from "../../../graph/lanes.js";
import type { ElementwiseSpec } from "../../../plan/program.js";
import type { Assembler } from "../assembler.js";
import type { Int, IntValue } from "../code.js";
import { evaluate } from "../expr.js";
import type { KernelFamily } from "../family.js";
import { bind, collapse, type Dimensions, loadLanes, type Operand, product, Walker } from "./operand.js";

const grain = 4096;

interface Layout {
  /** Outer dimensions, the last of which counts the pieces of a row when rows are cut. */
  readonly outer: readonly number[];
  readonly outerStrides: readonly (readonly number[])[];
  readonly inner: readonly number[];
  readonly pieces: number;
  /** Elements in a segment, and in the last segment of a row. */
  readonly length: number;
  readonly lastLength: number;
  readonly segments: number;
  readonly segmentsPerUnit: number;
}

/** Elements may come in any order, so dimensions are sorted for the outputs' sake: the smallest stride goes inside. */
function sorted(spec: ElementwiseSpec): { sizes: number[]; strides: number[][] } {
  const accesses = [...spec.outputs, ...spec.inputs];
  const order = spec.space.map((_, d) => d);
  const rank = (d: number): number[] => accesses.map(({ strides }) => Math.abs(strides[d] ?? 0));
  order.sort((x, y) => {
    const [a, b] = [rank(x), rank(y)];
    const differs = a.findIndex((stride, i) => stride !== b[i] && stride !== 0 && b[i] !== 0);
    return differs < 0 ? x - y : (b[differs] ?? 0) - (a[differs] ?? 0);
  });
  const reorder = (values: readonly number[]): number[] => order.map((d) => values[d] ?? 0);
  return { sizes: reorder(spec.space), strides: [...spec.inputs, ...spec.outputs].map((a) => reorder(a.strides)) };
}

const largestDivisor = (size: number, most: number, multiple: number): number => {
  for (let part = most - (most % multiple); part >= multiple; part -= multiple) if (size % part === 0) return part;
  return 1;
};

/**
 * An operand that lies across the others (a transposition) is read in square blocks, so that each of its cache lines is used as a
 * whole while it is near.
 */
function blocked({ sizes, strides }: Dimensions): Dimensions {
  const last = sizes.length - 1;
  const across = strides.find((own) => Math.abs(own[last] ?? 0) > 1 && own.indexOf(1) >= 0);
  if (!across) return { sizes, strides };
  const other = across.indexOf(1);
  const rows = largestDivisor(sizes[other] ?? 1, 16, 4);
  const columns = largestDivisor(sizes[last] ?? 1, 64, 4);
  if (rows === 1 || columns < 16) return { sizes, strides };
  const cut = (
    values: readonly number[],
    inner: readonly [number, number],
    outer: readonly [number, number],
  ): number[] => [...values.map((value, d) => (d === other ? outer[0] : d === last ? outer[1] : value)), ...inner];
  const [height, width] = [sizes[other] ?? 1, sizes[last] ?? 1];
  return {
    sizes: cut(sizes, [rows, columns], [height / rows, width / columns]),
    strides: strides.map((own) => {
      const [a, b] = [own[other] ?? 0, own[last] ?? 0];
      return cut(own, [a, b], [a * rows, b * columns]);
    }),
  };
}

function layout(spec: ElementwiseSpec): Layout {
  const start = sorted(spec);
  const { sizes, strides } = blocked(collapse(start.sizes, start.strides));
  const inner = strides.map((own) => own.at(-1) ?? 0);
  const row = sizes.at(-1) ?? 1;
  const length = row > 2 * grain ? grain : row;
  const pieces = Math.max(1, Math.ceil(row / length));
  const outer = [...sizes.slice(0, -1), ...(pieces > 1 ? [pieces] : [])];
  const segments = product(outer) * (row === 0 ? 0 : 1);
  return {
    outer,
    outerStrides: strides.map((own, i) => [...own.slice(0, -1), ...(pieces > 1 ? [(inner[i] ?? 0) * length] : [])]),
    inner,
    pieces,
    length,
    lastLength: row - (pieces - 1) * length,
    segments,
    segmentsPerUnit: Math.max(1, Math.floor(grain / Math.max(1, length))),
  };
}

/** Loads of one segment; what does not change along it is loaded once. */
class Segment {
  private readonly assembler: Assembler;
  private readonly spec: ElementwiseSpec;
  private readonly operands: readonly Operand[];
  private readonly inner: readonly number[];
  private readonly pointers: IntValue[];
  private readonly fixed: (Lane | undefined)[];

  constructor(
    assembler: Assembler,
    spec: ElementwiseSpec,
    operands: readonly Operand[],
    inner: readonly number[],
    at: readonly IntValue[],
    scalars: readonly (Lane | undefined)[],
  ) {
    this.assembler = assembler;
    this.spec = spec;
    this.operands = operands;
    this.inner = inner;
    this.fixed = spec.inputs.map((_, i) => {
      if (scalars[i] || inner[i] !== 0) return scalars[i];
      return loadLanes(assembler, operands[i] as Operand, at[i] ?? 0, 0, 0, 1);
    });
    this.pointers = at.map((pointer, i) => (inner[i] === 0 ? pointer : assembler.int(pointer)));
  }

  /** Does `vectors` vectors, or the first `count` elements of one. */
  step(vectors: number, count: number): void {
    const { assembler, spec, operands, inner, pointers } = this;
    const { lanes } = assembler.machine;
    const inputs: Lane[][] = [];
    for (let v = 0; v < vectors; v++) {
      inputs.push(
        spec.inputs.map((_, i) => {
          const stride = inner[i] ?? 0;
          const skip = v * lanes * stride;
          return this.fixed[i] ?? loadLanes(assembler, operands[i] as Operand, pointers[i] ?? 0, skip, stride, count);
        }),
      );
    }
    const results = inputs.map((values) => evaluate(assembler, spec.expr, values));
    spec.outputs.forEach((_, o) => {
      const i = spec.inputs.length + o;
      const stride = inner[i] ?? 0;
      results.forEach((values, v) => {
        assembler.storeLanes(values[o] as Lane, pointers[i] ?? 0, v * lanes * stride * 4, stride, count);
      });
    });
  }

  /** Moves on by `elements`. */
  advance(elements: number): void {
    this.pointers.forEach((pointer, i) => {
      const by = elements * (this.inner[i] ?? 0) * (this.operands[i]?.scale ?? 0);
      if (by !== 0) this.assembler.advance(pointer as Int, by);
    });
  }

  /** `length` elements. */
  run(length: number, unroll: number): void {
    const { assembler } = this;
    const { lanes } = assembler.machine;
    const vectors = Math.floor(length / lanes);
    const rounds = Math.floor(vectors / unroll);
    if (rounds > 1) {
      assembler.loop(0, rounds, 1, () => {
        this.step(unroll, lanes);
        this.advance(unroll * lanes);
      });
    } else if (rounds === 1) {
      assembler.scoped(() => this.step(unroll, lanes));
      this.advance(unroll * lanes);
    }
    const rest = vectors - rounds * unroll;
    if (rest > 0) {
      assembler.scoped(() => this.step(rest, lanes));
      this.advance(rest * lanes);
    }
    if (length % lanes > 0) assembler.scoped(() => this.step(1, length % lanes));
  }
}

function unroll(spec: ElementwiseSpec): number {
  const weight = spec.expr.nodes.length + spec.inputs.length;
  return weight <= 8 ? 4 : weight <= 24 ? 2 : 1;
}

export const elementwise: KernelFamily<ElementwiseSpec> = {
  family: "elementwise",

  units(spec) {
    const { segments, segmentsPerUnit } = layout(spec);
    return Math.ceil(segments / segmentsPerUnit);
  },

  scratchBytes: () => 0,

  emit(spec, assembler) {
    const { outer, outerStrides, inner, pieces, length, lastLength, segments, segmentsPerUnit } = layout(spec);
    if (segments === 0) return;
    const operands = bind(assembler, [...spec.inputs, ...spec.outputs], 3);
    const scalars = spec.inputs.map((_, i) => {
      if (inner[i] !== 0 || outerStrides[i]?.some((stride) => stride !== 0)) return undefined;
      return loadLanes(assembler, operands[i] as Operand, operands[i]?.base ?? 0, 0, 0, 1);
    });
    const from = assembler.times(assembler.parameter(0), segmentsPerUnit);
    const to = assembler.lesser(assembler.times(assembler.parameter(1), segmentsPerUnit), segments);
    const walker = new Walker(assembler, operands, outer, outerStrides, outer.length === 0 ? 0 : from);
    assembler.loop(from, to, 1, (index) => {
      const run = (elements: number): void => {
        const segment = new Segment(assembler, spec, operands, inner, walker.pointers, scalars);
        segment.run(elements, unroll(spec));
      };
      if (lastLength === length) run(length);
      else {
        const last = assembler.equal(assembler.remainder(index, pieces), pieces - 1);
        assembler.when(
          last,
          () => run(lastLength),
          () => run(length),
        );
      }
      walker.next();
    });
  },
};
