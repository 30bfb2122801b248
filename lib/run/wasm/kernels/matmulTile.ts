// One register tile of a matmul: the product's rows × columns accumulate along the depth, then go through the epilogue into the
// outputs, vector by vector. Which elements are valid at the edges is known when the code is written.

import type { Lane } from "../../../graph/lanes.js";
import type { MatmulSpec } from "../../../plan/program.js";
import type { Assembler, Value } from "../assembler.js";
import type { IntValue } from "../code.js";
import { evaluate } from "../expr.js";
import { type Axis, innerStride, isFixed, isLinear, isLinearBy, offsetBytes } from "./axis.js";
import { transpose } from "./matmulPack.js";
import type { Place, Plan } from "./matmulPlan.js";

/** Where the inner loop reads: addresses of the rows (or one, and a step between rows), and of the columns. */
export interface Source {
  readonly rows: readonly IntValue[];
  readonly rowStep: number;
  readonly columns: IntValue;
  /** Bytes per step of the depth, when they are the same for all steps. */
  readonly rowDepth: number;
  readonly columnDepth: number;
  /** Whether vectors at the edge are padded, so that they can be read as a whole. */
  readonly padded: boolean;
}

const constantOffset = ({ sizes, strides }: Axis, index: number): number => {
  let rest = index;
  let offset = 0;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const size = sizes[d] ?? 1;
    offset += (rest % size) * (strides[d] ?? 0) * 4;
    rest = Math.floor(rest / size);
  }
  return offset;
};

/** Sums over `steps` of the depth: a vector for each row and each `counts` entry (valid lanes). */
export function multiply(
  assembler: Assembler,
  plan: Plan,
  source: Source,
  rows: number,
  counts: readonly number[],
  steps: IntValue,
): Value[][] {
  const { lanes } = assembler.machine;
  const zero = assembler.constant(0);
  const sums = Array.from({ length: rows }, () => counts.map(() => assembler.variable(zero)));
  const step = (row: readonly IntValue[], column: IntValue, rowOffset: number, columnOffset: number): void => {
    assembler.scoped(() => {
      const vectors = counts.map((count, v) => {
        const offset = columnOffset + v * lanes * 4;
        return source.padded
          ? assembler.load("float32", column, offset)
          : assembler.loadLanes("float32", column, offset, 1, count);
      });
      sums.forEach((own, r) => {
        const single = row.length === 1;
        const splat = assembler.loadSplat(
          "float32",
          row[single ? 0 : r] ?? 0,
          rowOffset + (single ? r * source.rowStep : 0),
        );
        own.forEach((sum, v) => {
          assembler.update(sum, assembler.fma(splat, vectors[v] as Lane, sum));
        });
      });
    });
  };
  if (plan.flat) {
    assembler.stages(plan.depth, (k) => {
      const rowOffset = plan.splatWay === "direct" ? constantOffset(plan.splat.depth, k) : k * source.rowDepth;
      const columnOffset = plan.vectorWay === "direct" ? constantOffset(plan.vector.depth, k) : k * source.columnDepth;
      step(source.rows, source.columns, rowOffset, columnOffset);
    });
    return sums;
  }
  // One step per iteration: V8 unrolls such a loop well by itself. What is unrolled here would become one long block, whose
  // loads V8 puts before all arithmetic, and that spills registers.
  assembler.scoped(() => {
    const row = source.rows.map((address) => assembler.int(address));
    const column = assembler.int(source.columns);
    assembler.loop(0, steps, 1, () => {
      step(row, column, 0, 0);
      for (const address of row) assembler.advance(address, source.rowDepth);
      assembler.advance(column, source.columnDepth);
    });
  });
  return sums;
}

/** Addresses of one epilogue operand's elements in a tile. */
export class Spot {
  readonly place: Place;
  private readonly assembler: Assembler;
  private readonly rowStarts: readonly IntValue[];
  private start: IntValue = 0;
  private column: IntValue = 0;
  /** Bytes per element; a virtual operand counts elements, as its addresses are its numbers. */
  private readonly scale: number;

  /** `base`: its first element in this batch; `row`: the tile's first row. Written once for all columns. */
  constructor(assembler: Assembler, place: Place, base: IntValue, row: IntValue, rows: number) {
    this.assembler = assembler;
    this.place = place;
    this.scale = place.access.virtual ? 1 : 4;
    const starts = isLinear(place.rows) ? 1 : rows;
    this.rowStarts = Array.from({ length: starts }, (_, r) =>
      assembler.plus(base, offsetBytes(assembler, place.rows, assembler.plus(row, r), this.scale)),
    );
  }

  /** The tile's first column. */
  moveTo(column: IntValue): void {
    const { assembler, place } = this;
    this.column = column;
    this.start = isLinear(place.columns) ? offsetBytes(assembler, place.columns, column, this.scale) : 0;
  }

  private element(r: number, c: number): [address: IntValue, offset: number] {
    const { assembler, place, rowStarts, scale } = this;
    const linearRows = rowStarts.length === 1 && isLinear(place.rows);
    const row = rowStarts[linearRows ? 0 : r] ?? 0;
    const rowOffset = linearRows ? r * innerStride(place.rows) * scale : 0;
    if (isLinear(place.columns)) {
      return [assembler.plus(row, this.start), rowOffset + c * innerStride(place.columns) * scale];
    }
    const column = offsetBytes(assembler, place.columns, assembler.plus(this.column, c), scale);
    return [assembler.plus(row, column), rowOffset];
  }

  /** Whether `lanes` neighbours along the rows or columns keep one distance, and which. */
  private stride(alongRows: boolean): number | undefined {
    const { rows, columns } = this.place;
    if (alongRows) return isLinear(rows) ? innerStride(rows) : undefined;
    return isLinearBy(columns, this.assembler.machine.lanes) ? innerStride(columns) : undefined;
  }

  private addresses(r: number, c: number, alongRows: boolean, count: number): IntValue[] {
    return Array.from({ length: count }, (_, lane) => {
      const [address, offset] = alongRows ? this.element(r + lane, c) : this.element(r, c + lane);
      return this.assembler.plus(address, offset);
    });
  }

  load(r: number, c: number, alongRows: boolean, count: number): Lane {
    const { dtype, virtual } = this.place.access;
    const stride = this.stride(alongRows);
    if (virtual) return this.number(r, c, alongRows, count, stride);
    if (stride === undefined) return this.assembler.loadGathered(dtype, this.addresses(r, c, alongRows, count));
    const [address, offset] = this.element(r, c);
    return this.assembler.loadLanes(dtype, address, offset, stride, count);
  }

  private number(r: number, c: number, alongRows: boolean, count: number, stride: number | undefined): Lane {
    const { assembler, place } = this;
    if (stride !== undefined) {
      const [first, offset] = this.element(r, c);
      const numbers = assembler.add(assembler.broadcast(assembler.plus(first, offset)), assembler.ramp(0, stride));
      return assembler.convert(numbers, place.access.dtype);
    }
    const numbers = this.addresses(r, c, alongRows, count).map((value) => assembler.broadcast(value));
    const lanes = numbers.reduceRight(
      (rest, own, lane) => assembler.select(assembler.firstLanes(lane + 1), own, rest) as Value,
    );
    return assembler.convert(lanes, place.access.dtype);
  }

  store(value: Lane, r: number, c: number, alongRows: boolean, count: number): void {
    const stride = this.stride(alongRows);
    if (stride === undefined) this.assembler.storeGathered(value, this.addresses(r, c, alongRows, count));
    else {
      const [address, offset] = this.element(r, c);
      this.assembler.storeLanes(value, address, offset, stride, count);
    }
  }
}

/** What an epilogue reads and writes around one tile. */
export interface Surroundings {
  readonly spec: MatmulSpec;
  readonly inputs: readonly Spot[];
  readonly outputs: readonly Spot[];
  /** Inputs that are one number for the whole kernel. */
  readonly scalars: readonly (Lane | undefined)[];
}

/** Takes a tile's sums through the epilogue to the outputs. */
export function finish(
  assembler: Assembler,
  plan: Plan,
  { spec, inputs, outputs, scalars }: Surroundings,
  sums: readonly (readonly Value[])[],
  counts: readonly number[],
): void {
  const { lanes } = assembler.machine;
  const rows = sums.length;
  const apply = (product: Lane, r: number, c: number, count: number, alike: Map<number, Lane>): void => {
    const loaded = inputs.map((spot, i) => {
      const known = scalars[i] ?? alike.get(i);
      if (known) return known;
      const lane = spot.load(r, c, plan.transposed, count);
      // The same for all rows: loaded with the first one.
      if (!plan.transposed && isFixed(spot.place.rows)) alike.set(i, lane);
      return lane;
    });
    const results = evaluate(assembler, spec.epilogue, [product, ...loaded]);
    outputs.forEach((spot, o) => {
      spot.store(results[o] as Lane, r, c, plan.transposed, count);
    });
  };
  counts.forEach((count, v) => {
    if (!plan.transposed) {
      assembler.scoped(() => {
        const alike = new Map<number, Lane>();
        sums.forEach((own, r) => {
          apply(own[v] as Lane, r, v * lanes, count, alike);
        });
      });
      return;
    }
    for (let r = 0; r < rows; r += lanes) {
      assembler.scoped(() => {
        const own = Array.from({ length: lanes }, (_, lane) => sums[Math.min(r + lane, rows - 1)]?.[v] as Lane);
        const lines = transpose(assembler, own);
        for (let c = 0; c < count; c++) {
          assembler.scoped(() => apply(lines[c] as Lane, r, v * lanes + c, Math.min(lanes, rows - r), new Map()));
        }
      });
    }
  });
}
