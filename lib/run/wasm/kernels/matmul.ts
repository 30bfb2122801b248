// Matrix products over any strided operands, with an elementwise graph applied to each tile while it is in registers. Writes the
// loops around the tile: batches, blocks of columns, rows and depth, packing, and the edges.

import type { Lane } from "../../../graph/lanes.js";
import type { Access, MatmulSpec } from "../../../plan/program.js";
import type { Assembler, Value } from "../assembler.js";
import type { IntValue } from "../code.js";
import type { KernelFamily } from "../family.js";
import { type Axis, innerStride, isFixed, isLinear, offsetBytes } from "./axis.js";
import { packPanel, packSplat, type Stretch } from "./matmulPack.js";
import { type Plan, planMatmul, scratchLayout, splatPitch } from "./matmulPlan.js";
import { finish, multiply, type Source, Spot } from "./matmulTile.js";

/** First elements of all operands in one batch. */
interface Bases {
  readonly splat: IntValue;
  readonly vector: IntValue;
  readonly inputs: readonly IntValue[];
  readonly outputs: readonly IntValue[];
}

/** Rows or columns [from, to). */
interface Range {
  readonly from: IntValue;
  readonly to: IntValue;
}

class Writer {
  private readonly assembler: Assembler;
  private readonly spec: MatmulSpec;
  private readonly plan: Plan;
  private readonly scratch: { vector: IntValue; splat: IntValue; sums: IntValue };
  private readonly scalars: readonly (Lane | undefined)[];

  constructor(assembler: Assembler, spec: MatmulSpec, plan: Plan) {
    this.assembler = assembler;
    this.spec = spec;
    this.plan = plan;
    const parts = scratchLayout(plan, assembler.machine.lanes);
    const at = (offset: number): IntValue => assembler.plus(assembler.parameter(2), offset);
    this.scratch = { vector: at(parts.vector), splat: at(parts.splat), sums: at(parts.sums) };
    this.scalars = plan.inputs.map(({ access, pointer, batch, rows, columns }) => {
      if (![batch, rows, columns].every(isFixed)) return undefined;
      if (access.virtual) return assembler.convert(assembler.constant(access.offset, "int32"), access.dtype);
      return assembler.loadSplat(access.dtype, assembler.parameter(3 + pointer), access.offset * 4);
    });
  }

  private width(): number {
    return this.plan.tile.vectors * this.assembler.machine.lanes;
  }

  /** All units [start, end): batch by batch. */
  write(): void {
    const { assembler, plan } = this;
    const { unitsPerBatch, split, tile } = plan;
    const [start, end] = [assembler.parameter(0), assembler.parameter(1)];
    const grain = split === "rows" ? tile.rows : this.width();
    const size = split === "rows" ? plan.rows : plan.columns;
    const one = (batch: IntValue, first: IntValue, past: IntValue): void => {
      const range = {
        from: assembler.times(first, grain),
        to: assembler.lesser(assembler.times(past, grain), size),
      };
      const rows = split === "rows" ? range : { from: 0, to: plan.rows };
      const columns = split === "columns" ? range : { from: 0, to: plan.columns };
      this.product(this.bases(batch), rows, columns);
    };
    if (plan.batch === 1) {
      assembler.when(assembler.less(start, end), () => one(0, start, end));
      return;
    }
    const past = assembler.dividedBy(assembler.plus(end, unitsPerBatch - 1), unitsPerBatch);
    assembler.loop(assembler.dividedBy(start, unitsPerBatch), past, 1, (batch) => {
      const first = assembler.times(batch, unitsPerBatch);
      const from = assembler.greater(assembler.minus(start, first), 0);
      const to = assembler.lesser(assembler.minus(end, first), unitsPerBatch);
      assembler.when(assembler.less(from, to), () => one(batch, from, to));
    });
  }

  private bases(batch: IntValue): Bases {
    const { assembler, plan } = this;
    const base = (own: { access: Access; pointer: number; batch: Axis }): IntValue => {
      if (own.pointer < 0) return assembler.plus(own.access.offset, offsetBytes(assembler, own.batch, batch, 1));
      const first = assembler.plus(assembler.parameter(3 + own.pointer), own.access.offset * 4);
      return assembler.plus(first, offsetBytes(assembler, own.batch, batch));
    };
    return {
      splat: base(plan.splat),
      vector: base(plan.vector),
      inputs: plan.inputs.map(base),
      outputs: plan.outputs.map(base),
    };
  }

  /** Blocks of columns, of rows, of depth. */
  private product(bases: Bases, rows: Range, columns: Range): void {
    const { assembler, plan } = this;
    const blocks = (range: Range, size: number, whole: number, body: (own: Range) => void): void => {
      if (size >= whole) body(range);
      else {
        assembler.loop(range.from, range.to, size, (from) => {
          body({ from, to: assembler.lesser(assembler.plus(from, size), range.to) });
        });
      }
    };
    blocks(columns, plan.columnBlock, plan.columns, (ownColumns) => {
      blocks(rows, plan.rowBlock, plan.rows, (ownRows) => {
        assembler.each(0, plan.blocks, 1, (block) => {
          const from = assembler.times(block, plan.depthBlock);
          const last = assembler.equal(block, plan.blocks - 1);
          const rest = plan.depth - (plan.blocks - 1) * plan.depthBlock;
          const stretch = { from, count: assembler.either(last, rest, plan.depthBlock) };
          if (plan.vectorWay !== "direct") this.pack(bases, ownColumns, stretch);
          else if (plan.streamed) this.fetch(bases, ownColumns, stretch);
          this.panel(bases, ownRows, ownColumns, stretch, block);
        });
      });
    });
  }

  /** Full tiles of a range, then the edge, whose size is known. */
  private tiles(range: Range, step: number, whole: number, body: (from: IntValue, count: number) => void): void {
    const { assembler } = this;
    const full = whole - (whole % step);
    assembler.loop(range.from, assembler.lesser(range.to, full), step, (from) => body(from, step));
    if (full < whole) assembler.when(assembler.less(full, range.to), () => body(full, whole - full));
  }

  private pack(bases: Bases, columns: Range, stretch: Stretch): void {
    const { assembler, plan, scratch } = this;
    const panelBytes = plan.depthBlock * 4;
    this.tiles(columns, this.width(), plan.columns, (column, count) => {
      const offset = assembler.times(assembler.minus(column, columns.from), panelBytes);
      packPanel(assembler, plan, bases.vector, column, count, stretch, assembler.plus(scratch.vector, offset));
    });
  }

  /** Reads a word of each line in order, as tiles jump from row to row, which the processor does not foresee. */
  private fetch(bases: Bases, columns: Range, { from, count }: Stretch): void {
    const { assembler, plan, scratch } = this;
    const { free, depth } = plan.vector;
    const first = assembler.plus(bases.vector, offsetBytes(assembler, free, columns.from));
    const row = assembler.int(assembler.plus(first, offsetBytes(assembler, depth, from)));
    const rowBytes = assembler.times(assembler.minus(columns.to, columns.from), 4);
    const sum = assembler.int(0);
    assembler.loop(0, count, 1, () => {
      assembler.loop(0, rowBytes, 64, (offset) => {
        assembler.advance(sum, assembler.loadInt(assembler.plus(row, offset)));
      });
      assembler.advance(row, innerStride(depth) * 4);
    });
    // Or else the engine sees that nobody wants it.
    assembler.storeInt(sum, scratch.vector);
  }

  /** All tiles of a block. */
  private panel(bases: Bases, rows: Range, columns: Range, stretch: Stretch, block: IntValue): void {
    const { assembler, plan, scratch } = this;
    const width = this.width();
    const blockWidth = Math.min(plan.columnBlock, Math.ceil(plan.columns / width) * width);
    this.tiles(rows, plan.tile.rows, plan.rows, (row, count) => {
      const splat = this.splatRows(bases, row, count, stretch);
      const spots = [...plan.inputs, ...plan.outputs].map((place, i) => {
        const base = [...bases.inputs, ...bases.outputs][i] ?? 0;
        return new Spot(assembler, place, base, row, count);
      });
      const sums = assembler.plus(scratch.sums, assembler.times(assembler.minus(row, rows.from), blockWidth * 4));
      this.tiles(columns, width, plan.columns, (column, valid) => {
        const source = { ...splat, ...this.vectorColumns(bases, column, columns, stretch) };
        const skip = assembler.times(assembler.minus(column, columns.from), plan.tile.rows * 4);
        this.tile(source, spots, column, count, valid, assembler.plus(sums, skip), block, stretch.count);
      });
    });
  }

  private splatRows(
    bases: Bases,
    row: IntValue,
    count: number,
    stretch: Stretch,
  ): Omit<Source, "columns" | "columnDepth" | "padded"> {
    const { assembler, plan, scratch } = this;
    const { free, depth } = plan.splat;
    if (plan.splatWay !== "direct") {
      packSplat(assembler, plan, bases.splat, row, count, stretch, scratch.splat);
      const lines = plan.splatWay === "lines";
      return { rows: [scratch.splat], rowStep: lines ? 4 : splatPitch(plan) * 4, rowDepth: lines ? count * 4 : 4 };
    }
    const start = plan.flat ? bases.splat : assembler.plus(bases.splat, offsetBytes(assembler, depth, stretch.from));
    const one = isLinear(free) && innerStride(free) >= 0;
    const rows = Array.from({ length: one ? 1 : count }, (_, r) =>
      assembler.plus(start, offsetBytes(assembler, free, assembler.plus(row, r))),
    );
    return { rows, rowStep: one ? innerStride(free) * 4 : 0, rowDepth: innerStride(depth) * 4 };
  }

  private vectorColumns(
    bases: Bases,
    column: IntValue,
    columns: Range,
    stretch: Stretch,
  ): Pick<Source, "columns" | "columnDepth" | "padded"> {
    const { assembler, plan, scratch } = this;
    if (plan.vectorWay !== "direct") {
      const offset = assembler.times(assembler.minus(column, columns.from), plan.depthBlock * 4);
      return { columns: assembler.plus(scratch.vector, offset), columnDepth: this.width() * 4, padded: true };
    }
    const { free, depth } = plan.vector;
    const start = assembler.plus(bases.vector, offsetBytes(assembler, free, column));
    const first = plan.flat ? start : assembler.plus(start, offsetBytes(assembler, depth, stretch.from));
    return { columns: first, columnDepth: innerStride(depth) * 4, padded: false };
  }

  /** One tile: multiply, add what earlier blocks of the depth gave, and keep the sums or finish. */
  private tile(
    source: Source,
    spots: readonly Spot[],
    column: IntValue,
    rows: number,
    columns: number,
    kept: IntValue,
    block: IntValue,
    steps: IntValue,
  ): void {
    const { assembler, plan, spec, scalars } = this;
    const { lanes } = assembler.machine;
    const counts = Array.from({ length: Math.ceil(columns / lanes) }, (_, v) => Math.min(lanes, columns - v * lanes));
    const last = assembler.equal(block, plan.blocks - 1);
    const sums = multiply(assembler, plan, source, rows, counts, steps);
    const each = (body: (sum: Value, offset: number) => void): void => {
      sums.forEach((own, r) => {
        own.forEach((sum, v) => {
          body(sum, (r * plan.tile.vectors + v) * lanes * 4);
        });
      });
    };
    const complete = (): void => {
      for (const spot of spots) spot.moveTo(column);
      const [inputs, outputs] = [spots.slice(0, plan.inputs.length), spots.slice(plan.inputs.length)];
      finish(assembler, plan, { spec, inputs, outputs, scalars }, sums, counts);
    };
    if (plan.blocks === 1) {
      complete();
      return;
    }
    assembler.when(assembler.less(0, block), () => {
      each((sum, offset) => {
        assembler.update(sum, assembler.add(assembler.load("float32", kept, offset), sum));
      });
    });
    assembler.when(last, complete, () => {
      each((sum, offset) => {
        assembler.store(sum, kept, offset);
      });
    });
  }
}

export const matmul: KernelFamily<MatmulSpec> = {
  family: "matmul",

  units(spec, machine) {
    const plan = planMatmul(spec, machine);
    return plan.rows * plan.columns === 0 ? 0 : plan.batch * plan.unitsPerBatch;
  },

  scratchBytes(spec, machine) {
    return scratchLayout(planMatmul(spec, machine), machine.lanes).bytes;
  },

  emit(spec, assembler, machine) {
    const plan = planMatmul(spec, machine);
    if (plan.batch * plan.rows * plan.columns > 0) new Writer(assembler, spec, plan).write();
  },
};
