// Reductions: an expression is combined over the reduced dimensions and written through an epilogue. Two ways to use the lanes:
// along the reduced dimension (then across the lanes at the end), or along neighbouring results. The order of
// combination is fixed by the spec alone.

import type { DType } from "../../../graph/dtype.js";
import type { Lane } from "../../../graph/lanes.js";
import type { ReduceSpec } from "../../../plan/program.js";
import type { Assembler } from "../assembler.js";
import type { Int, IntValue } from "../code.js";
import { evaluate } from "../expr.js";
import type { KernelFamily } from "../family.js";
import { Accumulator } from "./accumulator.js";
import { bind, collapse, loadLanes, type Operand, product, Walker } from "./operand.js";

const grain = 4096;
const accumulators = 8;

interface Layout {
  /** Kept dimensions without the one that lies along the lanes. */
  readonly kept: readonly number[];
  /** Elements along the lanes of results, and how many vectors of them a segment has; 0 = lanes lie along the reduced dimension. */
  readonly columns: number;
  readonly vectors: number;
  readonly segments: number;
  readonly segmentsPerUnit: number;
  /** Strides by operand: inputs, epilogue inputs, outputs. The last kept dimension counts the segments of a row of results. */
  readonly keptStrides: readonly (readonly number[])[];
  readonly columnStrides: readonly number[];
  readonly reduced: readonly number[];
  readonly reducedStrides: readonly (readonly number[])[];
}

function layout(spec: ReduceSpec, lanes: number): Layout {
  const rank = spec.space.length;
  const all = [...spec.inputs, ...spec.epilogueInputs, ...spec.outputs];
  const kept = collapse(
    spec.space,
    all.map(({ strides }) => strides.slice(0, rank)),
  );
  const reduced = collapse(
    spec.reduced,
    spec.inputs.map(({ strides }) => strides.slice(rank)),
  );
  const near = (own: readonly number[]): boolean => [0, 1].includes(own.at(-1) ?? 0);
  const columns = kept.sizes.at(-1) ?? 1;
  const run = reduced.sizes.at(-1) ?? 1;
  const alongReduced =
    columns === 1 || (reduced.strides.every(near) && run >= lanes) || (!kept.strides.every(near) && run >= columns);
  const elements = product(spec.reduced);
  if (alongReduced) {
    return {
      kept: kept.sizes,
      columns: 1,
      vectors: 0,
      segments: product(kept.sizes),
      segmentsPerUnit: Math.max(1, Math.floor(grain / Math.max(1, elements))),
      keptStrides: kept.strides,
      columnStrides: all.map(() => 0),
      reduced: reduced.sizes,
      reducedStrides: reduced.strides,
    };
  }
  const vectors = Math.min(accumulators, Math.ceil(columns / lanes));
  const outer = [...kept.sizes.slice(0, -1), Math.ceil(columns / (vectors * lanes))];
  return {
    kept: outer,
    columns,
    vectors,
    segments: product(outer),
    segmentsPerUnit: Math.max(1, Math.floor(grain / Math.max(1, elements * vectors * lanes))),
    keptStrides: kept.strides.map((own) => [...own.slice(0, -1), (own.at(-1) ?? 0) * vectors * lanes]),
    columnStrides: kept.strides.map((own) => own.at(-1) ?? 0),
    reduced: reduced.sizes,
    reducedStrides: reduced.strides,
  };
}

/** Of the numbers that are combined. */
function combinedType({ inputs, expr }: ReduceSpec): DType {
  const result = expr.results[0] ?? 0;
  return (inputs[result] ?? expr.nodes[result - inputs.length])?.dtype ?? "float32";
}

/** Inputs while the reduced dimensions are walked: pointers that move, and offsets in elements that are known. */
class Cursor {
  readonly spec: ReduceSpec;
  private readonly assembler: Assembler;
  private readonly operands: readonly Operand[];
  private readonly at: readonly IntValue[];

  constructor(assembler: Assembler, spec: ReduceSpec, operands: readonly Operand[], at: readonly IntValue[]) {
    this.assembler = assembler;
    this.spec = spec;
    this.operands = operands;
    this.at = at;
  }

  /** The expression's value at `skips` elements from the cursor, with `strides` along the lanes. */
  value(skips: readonly number[], strides: readonly number[], count: number): Lane {
    const inputs = this.spec.inputs.map((_, i) =>
      loadLanes(this.assembler, this.operands[i] as Operand, this.at[i] ?? 0, skips[i] ?? 0, strides[i] ?? 0, count),
    );
    return evaluate(this.assembler, this.spec.expr, inputs)[0] as Lane;
  }

  /** A cursor of its own that can move. */
  fork(): Cursor {
    const at = this.at.map((pointer) => this.assembler.int(pointer));
    return new Cursor(this.assembler, this.spec, this.operands, at);
  }

  advance(strides: readonly number[], times: number): void {
    this.at.forEach((pointer, i) => {
      const by = (strides[i] ?? 0) * times * (this.operands[i]?.scale ?? 0);
      if (by !== 0) this.assembler.advance(pointer as Int, by | 0);
    });
  }
}

/** Walks all reduced dimensions from `depth` on but the last, and calls `body` at each position. */
function walk(
  assembler: Assembler,
  plan: Pick<Layout, "reduced" | "reducedStrides">,
  depth: number,
  cursor: Cursor,
  body: (cursor: Cursor) => void,
): void {
  if (depth >= plan.reduced.length - 1) {
    body(cursor);
    return;
  }
  const strides = plan.reducedStrides.map((own) => own[depth] ?? 0);
  const own = cursor.fork();
  assembler.each(0, plan.reduced[depth] ?? 1, 1, () => {
    walk(assembler, plan, depth + 1, own, body);
    own.advance(strides, 1);
  });
}

/** Lanes along the reduced dimension: one result per segment. */
function alongReduced(assembler: Assembler, spec: ReduceSpec, plan: Layout, start: Cursor): Lane {
  const { lanes } = assembler.machine;
  const run = plan.reduced.at(-1) ?? 1;
  const strides = plan.reducedStrides.map((own) => own.at(-1) ?? 0);
  const vectors = Math.floor(run / lanes);
  const width = Math.max(1, Math.min(accumulators / 2, Math.ceil(run / lanes)));
  const dtype = combinedType(spec);
  const parts = Array.from({ length: width }, () => new Accumulator(assembler, spec.combine, dtype));
  const base = spec.combine.startsWith("arg") ? assembler.int(0) : 0;
  const take = (cursor: Cursor, vector: number, count: number): void => {
    const skips = strides.map((stride) => stride * vector * lanes);
    const number = (): Lane => assembler.add(assembler.broadcast(base), assembler.ramp(vector * lanes, 1));
    parts[vector % width]?.take(cursor.value(skips, strides, count), number, count);
  };
  walk(assembler, plan, 0, start, (outside) => {
    const cursor = outside.fork();
    const rounds = Math.floor(vectors / width);
    const move = (): void => {
      cursor.advance(strides, width * lanes);
      if (typeof base !== "number") assembler.advance(base, width * lanes);
    };
    assembler.each(0, rounds, 1, () => {
      for (let v = 0; v < width; v++) assembler.scoped(() => take(cursor, v, lanes));
      move();
    });
    const rest = run - rounds * width * lanes;
    for (let v = 0; v * lanes < rest; v++) assembler.scoped(() => take(cursor, v, Math.min(lanes, rest - v * lanes)));
    if (typeof base !== "number") assembler.advance(base, rest);
  });
  for (let step = 1; step < width; step *= 2) {
    for (let i = 0; i + step < width; i += 2 * step) parts[i]?.join(parts[i + step] as Accumulator);
  }
  return (parts[0] as Accumulator).across();
}

/** Lanes along the results: vectors of so many results each, combined in order. */
function alongResults(
  assembler: Assembler,
  spec: ReduceSpec,
  plan: Layout,
  start: Cursor,
  counts: readonly number[],
): Lane[] {
  const { lanes } = assembler.machine;
  const run = plan.reduced.at(-1) ?? 1;
  const strides = plan.reducedStrides.map((own) => own.at(-1) ?? 0);
  // A long sum with few columns goes to several accumulators by turns, for speed and accuracy.
  const indexed = spec.combine.startsWith("arg");
  const turns = indexed ? 1 : Math.max(1, Math.min(run, Math.floor(accumulators / counts.length)));
  const dtype = combinedType(spec);
  const parts = counts.map(() => Array.from({ length: turns }, () => new Accumulator(assembler, spec.combine, dtype)));
  const position = indexed ? assembler.int(0) : 0;
  const take = (cursor: Cursor, turn: number): void => {
    counts.forEach((count, v) => {
      assembler.scoped(() => {
        const skips = strides.map((stride, i) => stride * turn + (plan.columnStrides[i] ?? 0) * v * lanes);
        const value = cursor.value(skips, plan.columnStrides, count);
        parts[v]?.[turn]?.take(value, () => assembler.broadcast(position), lanes);
      });
    });
    if (typeof position !== "number") assembler.advance(position, 1);
  };
  walk(assembler, plan, 0, start, (outside) => {
    const cursor = outside.fork();
    const rounds = Math.floor(run / turns);
    assembler.each(0, rounds, 1, () => {
      for (let turn = 0; turn < turns; turn++) take(cursor, turn);
      cursor.advance(strides, turns);
    });
    for (let turn = 0; turn < run - rounds * turns; turn++) take(cursor, turn);
  });
  return parts.map((own) => {
    for (let step = 1; step < turns; step *= 2) {
      for (let i = 0; i + step < turns; i += 2 * step) own[i]?.join(own[i + step] as Accumulator);
    }
    return (own[0] as Accumulator).result();
  });
}

/** Epilogue and stores of one vector of results. */
function finish(
  assembler: Assembler,
  spec: ReduceSpec,
  combined: Lane,
  operands: readonly Operand[],
  at: readonly IntValue[],
  strides: readonly number[],
  vector: number,
  count: number,
): void {
  const { lanes } = assembler.machine;
  const first = spec.inputs.length;
  const skip = (i: number): number => vector * lanes * (strides[i] ?? 0);
  const inputs = spec.epilogueInputs.map((_, e) => {
    const i = first + e;
    return loadLanes(assembler, operands[i] as Operand, at[i] ?? 0, skip(i), strides[i] ?? 0, count);
  });
  const results = evaluate(assembler, spec.epilogue, [combined, ...inputs]);
  spec.outputs.forEach((_, o) => {
    const i = first + spec.epilogueInputs.length + o;
    assembler.storeLanes(results[o] as Lane, at[i] ?? 0, skip(i) * 4, strides[i] ?? 0, count);
  });
}

export const reduce: KernelFamily<ReduceSpec> = {
  family: "reduce",

  units(spec, machine) {
    const { segments, segmentsPerUnit } = layout(spec, machine.lanes);
    return Math.ceil(segments / segmentsPerUnit);
  },

  scratchBytes: () => 0,

  emit(spec, assembler) {
    const { lanes } = assembler.machine;
    const plan = layout(spec, lanes);
    const { kept, keptStrides, columnStrides, columns, vectors, segments, segmentsPerUnit } = plan;
    if (segments === 0) return;
    const operands = bind(assembler, [...spec.inputs, ...spec.epilogueInputs, ...spec.outputs], 3);
    const from = assembler.times(assembler.parameter(0), segmentsPerUnit);
    const to = assembler.lesser(assembler.times(assembler.parameter(1), segmentsPerUnit), segments);
    const walker = new Walker(assembler, operands, kept, keptStrides, kept.length === 0 ? 0 : from);
    assembler.loop(from, to, 1, (index) => {
      const at = walker.pointers;
      const cursor = new Cursor(assembler, spec, operands, at.slice(0, spec.inputs.length));
      if (vectors === 0) {
        finish(assembler, spec, alongReduced(assembler, spec, plan, cursor), operands, at, columnStrides, 0, 1);
      } else {
        const block = vectors * lanes;
        const blocks = Math.ceil(columns / block);
        const run = (elements: number): void => {
          const counts = Array.from({ length: Math.ceil(elements / lanes) }, (_, v) =>
            Math.min(lanes, elements - v * lanes),
          );
          const results = alongResults(assembler, spec, plan, cursor, counts);
          results.forEach((combined, v) => {
            finish(assembler, spec, combined, operands, at, columnStrides, v, counts[v] ?? 0);
          });
        };
        const last = columns - (blocks - 1) * block;
        if (last === block) run(block);
        else {
          assembler.when(
            assembler.equal(assembler.remainder(index, blocks), blocks - 1),
            () => run(last),
            () => run(block),
          );
        }
      }
      walker.next();
    });
  },
};
