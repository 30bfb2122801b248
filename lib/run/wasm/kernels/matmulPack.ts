// Packing for matmul: pieces of an operand are laid out in scratch in the order in which the inner loop reads them. The splat side
// keeps rows along the depth (or lines of rows per step); the vector side becomes panels, [depth][width], padded with zeros.

import type { Lane } from "../../../graph/lanes.js";
import type { Assembler } from "../assembler.js";
import type { IntValue } from "../code.js";
import { type Axis, innerSize, innerStride, isLinear, offsetBytes } from "./axis.js";
import { type Plan, splatPitch } from "./matmulPlan.js";

/** A stretch of the depth: from a step on, so many steps. */
export interface Stretch {
  readonly from: IntValue;
  readonly count: IntValue;
}

/** Calls `body` with the byte offset of each step of the depth, and the step's number from the stretch's start. */
export function alongDepth(
  assembler: Assembler,
  depth: Axis,
  { from, count }: Stretch,
  body: (offset: IntValue, step: IntValue) => void,
): void {
  alongRuns(assembler, depth, { from, count }, (offset, first, steps) => {
    const at = assembler.int(offset);
    assembler.each(0, steps, 1, (step) => {
      body(at, assembler.plus(first, step));
      assembler.advance(at, innerStride(depth) * 4);
    });
  });
}

/** Calls `body` with the byte offset of each run of the depth, the number of its first step and how many steps it has. */
export function alongRuns(
  assembler: Assembler,
  depth: Axis,
  { from, count }: Stretch,
  body: (offset: IntValue, first: IntValue, steps: IntValue) => void,
): void {
  const run = innerSize(depth);
  if (isLinear(depth)) {
    body(offsetBytes(assembler, depth, from), 0, count);
    return;
  }
  const outer = { sizes: depth.sizes.slice(0, -1), strides: depth.strides.slice(0, -1) };
  const to = assembler.plus(from, count);
  const last = assembler.dividedBy(assembler.plus(to, run - 1), run);
  assembler.loop(assembler.dividedBy(from, run), last, 1, (index) => {
    const start = assembler.times(index, run);
    const begin = assembler.greater(start, from);
    const end = assembler.lesser(assembler.plus(start, run), to);
    const within = assembler.times(assembler.minus(begin, start), innerStride(depth) * 4);
    const offset = assembler.plus(offsetBytes(assembler, outer, index), within);
    body(offset, assembler.minus(begin, from), assembler.minus(end, begin));
  });
}

/** Copies a run of elements; all pairs of (source, target) have the same length. */
function copyRuns(assembler: Assembler, pairs: readonly (readonly [IntValue, IntValue])[], count: IntValue): void {
  const { lanes } = assembler.machine;
  const move = (elements: number, offset: IntValue): void => {
    for (const [source, target] of pairs) {
      assembler.scoped(() => {
        const value = assembler.loadLanes("float32", assembler.plus(source, offset), 0, 1, elements);
        assembler.storeLanes(value, assembler.plus(target, offset), 0, 1, elements);
      });
    }
  };
  const whole = assembler.times(assembler.dividedBy(count, lanes), lanes * 4);
  const all = assembler.times(count, 4);
  assembler.loop(0, whole, lanes * 4, (offset) => move(lanes, offset));
  assembler.loop(whole, all, 4, (offset) => move(1, offset));
}

/** `count` rows from `row` on, one stretch of the depth, to `target`. `base`: the operand's first element in this batch. */
export function packSplat(
  assembler: Assembler,
  plan: Plan,
  base: IntValue,
  row: IntValue,
  count: number,
  stretch: Stretch,
  target: IntValue,
): void {
  const { free, depth } = plan.splat;
  const { lanes } = assembler.machine;
  if (plan.splatWay === "lines") {
    const line = assembler.plus(base, offsetBytes(assembler, free, row));
    const to = assembler.int(target);
    alongDepth(assembler, depth, stretch, (offset) => {
      const from = assembler.plus(line, offset);
      for (let r = 0; r < count; r += lanes) {
        const part = assembler.loadLanes("float32", from, r * 4, 1, Math.min(lanes, count - r));
        // Whole vectors: what is too much is overwritten by the next line.
        assembler.store(part, to, r * 4);
      }
      assembler.advance(to, count * 4);
    });
    return;
  }
  const pitch = splatPitch(plan) * 4;
  const rows = Array.from({ length: count }, (_, r) =>
    assembler.plus(base, offsetBytes(assembler, free, assembler.plus(row, r))),
  );
  if (plan.splatWay === "runs") {
    alongRuns(assembler, depth, stretch, (offset, first, steps) => {
      const to = assembler.plus(target, assembler.times(first, 4));
      const pairs = rows.map((from, r) => [assembler.plus(from, offset), assembler.plus(to, r * pitch)] as const);
      copyRuns(assembler, pairs, steps);
    });
    return;
  }
  alongDepth(assembler, depth, stretch, (offset, step) => {
    const to = assembler.plus(target, assembler.times(step, 4));
    rows.forEach((from, r) => {
      assembler.storeInt(assembler.loadInt(assembler.plus(from, offset)), to, r * pitch);
    });
  });
}

/** Rows become columns: W vectors of W lanes. */
export function transpose(assembler: Assembler, rows: readonly Lane[]): Lane[] {
  const [a, b, c, d] = rows as readonly [Lane, Lane, Lane, Lane];
  const [low, high] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ] as const;
  const halves = [low, high].map((picks) => [assembler.shuffle(a, b, picks), assembler.shuffle(c, d, picks)] as const);
  return halves.flatMap(([left, right]) => [
    assembler.shuffle(left, right, [0, 1, 4, 5]),
    assembler.shuffle(left, right, [2, 3, 6, 7]),
  ]);
}

/** One panel: `count` columns from `column` on, one stretch of the depth, to `target`. */
export function packPanel(
  assembler: Assembler,
  plan: Plan,
  base: IntValue,
  column: IntValue,
  count: number,
  stretch: Stretch,
  target: IntValue,
): void {
  const { free, depth } = plan.vector;
  const { lanes } = assembler.machine;
  const width = plan.tile.vectors * lanes;
  const zero = assembler.constant(0);
  const vectors = Array.from({ length: plan.tile.vectors }, (_, v) => Math.max(0, Math.min(lanes, count - v * lanes)));
  const place = (c: number): IntValue => assembler.plus(base, offsetBytes(assembler, free, assembler.plus(column, c)));
  if (plan.vectorWay === "lines") {
    const linear = isLinear(free) || (innerSize(free) % width === 0 && count === width);
    const first = place(0);
    const starts = vectors.map((own, v) => (v === 0 || linear || own === 0 ? first : place(v * lanes)));
    const to = assembler.int(target);
    alongDepth(assembler, depth, stretch, (offset) => {
      vectors.forEach((own, v) => {
        assembler.scoped(() => {
          const from = assembler.plus(starts[v] ?? 0, offset);
          const value = own === 0 ? zero : assembler.loadLanes("float32", from, linear ? v * lanes * 4 : 0, 1, own);
          assembler.store(value, to, v * lanes * 4);
        });
      });
      assembler.advance(to, width * 4);
    });
    return;
  }
  const starts = Array.from({ length: count }, (_, c) => place(c));
  if (plan.vectorWay === "elements") {
    alongDepth(assembler, depth, stretch, (offset, step) => {
      const to = assembler.plus(target, assembler.times(step, width * 4));
      for (let c = 0; c < width; c += lanes) {
        const own = starts.slice(c, c + lanes).map((start) => assembler.plus(start, offset));
        assembler.scoped(() => assembler.store(own.length ? assembler.loadGathered("float32", own) : zero, to, c * 4));
      }
    });
    return;
  }
  alongRuns(assembler, depth, stretch, (offset, first, steps) => {
    const turn = (at: IntValue, step: IntValue, rows: number): void => {
      const to = assembler.plus(target, assembler.times(assembler.plus(first, step), width * 4));
      vectors.forEach((own, v) => {
        assembler.scoped(() => {
          const columns = Array.from({ length: lanes }, (_, c) =>
            c < own ? assembler.loadLanes("float32", assembler.plus(starts[v * lanes + c] ?? 0, at), 0, 1, rows) : zero,
          );
          const lines = own === 0 ? columns : transpose(assembler, columns);
          for (let r = 0; r < rows; r++) assembler.store(lines[r] as Lane, to, (r * width + v * lanes) * 4);
        });
      });
    };
    const whole = assembler.times(assembler.dividedBy(steps, lanes), lanes);
    assembler.loop(0, whole, lanes, (step) => turn(assembler.plus(offset, assembler.times(step, 4)), step, lanes));
    assembler.loop(whole, steps, 1, (step) => turn(assembler.plus(offset, assembler.times(step, 4)), step, 1));
  });
}
