// Decides how a matmul is done: which operand lies along the vectors, the register tile, what is packed, how the depth is
// blocked and how work divides. Costs are estimates in cycles. A spec and a machine in, plain numbers out.

import type { Access, MatmulSpec } from "../../../plan/program.js";
import type { Machine } from "../family.js";
import { type Axis, axis, innerSize, innerStride, isLinear, isLinearBy } from "./axis.js";
import { product } from "./operand.js";

/** An operand of the product. `free`: its rows or columns. */
export interface Side {
  readonly access: Access;
  /** Which of the kernel's pointers. */
  readonly pointer: number;
  readonly batch: Axis;
  readonly free: Axis;
  readonly depth: Axis;
}

/** An operand of the epilogue, or an output. */
export interface Place {
  readonly access: Access;
  readonly pointer: number;
  readonly batch: Axis;
  readonly rows: Axis;
  readonly columns: Axis;
}

/**
 * How an operand gets to the inner loop: `direct` from where it lies, or packed before: `runs` along the depth, `lines` along
 * rows or columns, `elements` one by one.
 */
export type Way = "direct" | "runs" | "lines" | "elements";

export interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

export interface Plan {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Read one element at a time, spread over a vector: gives the rows. */
  readonly splat: Side;
  /** Read by vectors: gives the columns. */
  readonly vector: Side;
  readonly splatWay: Way;
  readonly vectorWay: Way;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  /** Outputs lie along the rows: tiles are transposed in registers before the epilogue. */
  readonly transposed: boolean;
  readonly tile: Tile;
  /** Depth of a block; the last one may be shorter. */
  readonly depthBlock: number;
  readonly blocks: number;
  /** Rows and columns that are done together before the depth goes on. */
  readonly rowBlock: number;
  readonly columnBlock: number;
  readonly split: "rows" | "columns";
  readonly unitsPerBatch: number;
  /** The depth is written out, with every offset known. */
  readonly flat: boolean;
  /** The vector side is large and read in place: each block is fetched line by line first. */
  readonly streamed: boolean;
}

const longestFlat = 32;
const cycles = { line: 0.3, run: 0.5, element: 1.5, splatRun: 0.4 };

/** Estimated cycles of one step along the depth for all tiles. */
function stepCycles(rows: number, vectors: number, tile: Tile): number {
  const one = (r: number, v: number): number => (r && v ? Math.max((r * v) / 2, (r + v) / 2, 4) : 0);
  const [fullRows, fullVectors] = [Math.floor(rows / tile.rows), Math.floor(vectors / tile.vectors)];
  const [restRows, restVectors] = [rows % tile.rows, vectors % tile.vectors];
  const line = (r: number): number => fullVectors * one(r, tile.vectors) + one(r, restVectors);
  return fullRows * line(tile.rows) + (restRows ? line(restRows) : 0);
}

function chooseTile(rows: number, columns: number, transposed: boolean, machine: Machine): Tile {
  const vectors = Math.max(1, Math.ceil(columns / machine.lanes));
  let best = machine.tile;
  let least = Number.POSITIVE_INFINITY;
  for (let r = 1; r <= 8; r++) {
    for (let v = 1; v <= 8; v++) {
      const preferred = r === machine.tile.rows && v === machine.tile.vectors;
      if (!preferred && r * v + v + 1 > machine.registers) continue;
      // Engines that spill tiles of more rows do so even when registers would suffice.
      if (v > 1 && r > machine.tile.rows) continue;
      if (r > rows || v > vectors || (transposed && r % machine.lanes !== 0 && r < rows)) continue;
      const cost = stepCycles(rows, vectors, { rows: r, vectors: v }) * (preferred ? 0.97 : 1);
      if (cost < least) {
        least = cost;
        best = { rows: r, vectors: v };
      }
    }
  }
  return best;
}

/**
 * Steps per block of the depth. A window's runs are not cut. A large operand that is read in place comes in blocks of a few pages, as
 * the processor fetches ahead within pages only.
 */
function chooseDepthBlock(depth: number, splat: Side, streamedColumns: number): number {
  if (depth <= 384) return Math.max(1, depth);
  if (streamedColumns > 0) return Math.min(320, Math.max(32, Math.floor(4096 / streamedColumns / 8) * 8));
  const run = innerSize(splat.depth);
  if (!isLinear(splat.depth) && run <= 384) return run * Math.max(1, Math.floor(320 / run));
  const blocks = Math.ceil(depth / 320);
  return Math.ceil(depth / blocks / 8) * 8;
}

function splatWay(side: Side, flat: boolean, tile: Tile): Way {
  if (flat || (isLinear(side.depth) && innerStride(side.depth) === 1)) return "direct";
  if (innerStride(side.free) === 1 && isLinearBy(side.free, tile.rows)) return "lines";
  return innerStride(side.depth) === 1 && innerSize(side.depth) >= 3 ? "runs" : "elements";
}

function vectorWay(side: Side, flat: boolean, rows: number, bytes: number, lanes: number): Way {
  const lines = innerStride(side.free) === 1 && isLinearBy(side.free, lanes);
  const walks = flat || isLinear(side.depth);
  if (lines && isLinear(side.free) && walks && (rows <= 64 || bytes <= 2 ** 18)) return "direct";
  if (lines) return "lines";
  return innerStride(side.depth) === 1 && innerSize(side.depth) >= 3 ? "runs" : "elements";
}

const wayCycles = (way: Way): number =>
  way === "direct" ? 0 : way === "lines" ? cycles.line : way === "runs" ? cycles.run : cycles.element;

/** One of the two ways to lay the product over rows and columns, and what it costs. */
function arrange(spec: MatmulSpec, machine: Machine, swapped: boolean): Plan & { cycles: number } {
  // Batches that share B are more rows of A: one product with one packing.
  const shared = spec.batch.map((_, d) => spec.b.strides[d] === 0);
  const batches = spec.batch.filter((_, d) => !shared[d]);
  const counts = [spec.batch.length, spec.m.length, spec.n.length, spec.k.length] as const;
  const moved = <T>(values: readonly T[]): { batch: T[]; m: T[] } => ({
    batch: values.slice(0, counts[0]).filter((_, d) => !shared[d]),
    m: [...values.slice(0, counts[0]).filter((_, d) => shared[d]), ...values.slice(counts[0], counts[0] + counts[1])],
  });
  const mSizes = moved([...spec.batch, ...spec.m]).m;
  const a = moved(spec.a.strides);
  const left: Side = {
    access: spec.a,
    pointer: 0,
    batch: axis(batches, a.batch),
    free: axis(mSizes, a.m),
    depth: axis(spec.k, spec.a.strides.slice(counts[0] + counts[1])),
  };
  const right: Side = {
    access: spec.b,
    pointer: 1,
    batch: axis(batches, moved(spec.b.strides).batch),
    free: axis(spec.n, spec.b.strides.slice(counts[0] + counts[3])),
    depth: axis(spec.k, spec.b.strides.slice(counts[0], counts[0] + counts[3])),
  };
  let pointer = 2;
  const place = (access: Access): Place => {
    const own = moved(access.strides);
    const m = axis(mSizes, own.m);
    const n = axis(spec.n, access.strides.slice(counts[0] + counts[1]));
    return {
      access,
      pointer: access.virtual ? -1 : pointer++,
      batch: axis(batches, own.batch),
      rows: swapped ? n : m,
      columns: swapped ? m : n,
    };
  };
  const inputs = spec.epilogueInputs.map(place);
  const outputs = spec.outputs.map(place);
  const [splat, vector] = swapped ? [right, left] : [left, right];
  const [m, n, depth] = [product(mSizes), product(spec.n), product(spec.k)];
  const [rows, columns] = swapped ? [n, m] : [m, n];
  const { lanes } = machine;

  const main = outputs[0];
  const near = (own: Axis | undefined, size: number): boolean => size === 1 || (!!own && innerStride(own) === 1);
  const transposed = !near(main?.columns, columns) && near(main?.rows, rows) && rows > 1;
  const flat = depth <= longestFlat;
  const tile = chooseTile(rows, columns, transposed, machine);
  const ways = {
    splat: splatWay(splat, flat, tile),
    vector: vectorWay(vector, flat, rows, depth * columns * 4, lanes),
  };
  const streamed = ways.vector === "direct" && depth > 384 && depth * columns > 2 ** 18;
  const depthBlock = chooseDepthBlock(depth, splat, streamed ? columns : 0);
  const blocks = Math.max(1, Math.ceil(depth / depthBlock));

  const batch = product(batches);
  const packs = { vector: wayCycles(ways.vector) * columns * depth, splat: wayCycles(ways.splat) * rows * depth };
  const outputCycles = transposed ? 0.4 : near(main?.columns, columns) ? 0.1 : 1.5;
  const compute = stepCycles(rows, Math.ceil(columns / lanes), tile) * depth + outputCycles * rows * columns;
  const split = chooseSplit(rows, columns, depth, tile, lanes, batch, compute, packs);
  const width = tile.vectors * lanes;
  const kept = blocks > 1 ? 256 : Number.POSITIVE_INFINITY;
  const columnBlock = Math.max(1, Math.floor(Math.min(131072 / depthBlock, kept) / width)) * width;
  return {
    batch,
    rows,
    columns,
    depth,
    splat,
    vector,
    splatWay: ways.splat,
    vectorWay: ways.vector,
    inputs,
    outputs,
    transposed,
    tile,
    depthBlock,
    blocks,
    rowBlock: blocks > 1 ? Math.max(1, Math.floor(512 / tile.rows)) * tile.rows : Number.POSITIVE_INFINITY,
    columnBlock,
    split: split.along,
    unitsPerBatch: split.units,
    flat,
    streamed,
    cycles: (compute + packs.vector + packs.splat) * batch,
  };
}

/** Along which side two workers share the work: each packs (or at least reads) the other side as a whole. */
function chooseSplit(
  rows: number,
  columns: number,
  depth: number,
  tile: Tile,
  lanes: number,
  batch: number,
  compute: number,
  packs: { vector: number; splat: number },
): { along: "rows" | "columns"; units: number } {
  const workers = 2;
  const byRows = Math.ceil(rows / tile.rows);
  const byColumns = Math.ceil(columns / (tile.vectors * lanes));
  const reading = 0.15 * depth;
  const cost = (units: number, twice: number, once: number): number => {
    const all = units * batch;
    const share = Math.ceil(all / workers) / all;
    const doubled = batch > 1 ? twice / batch : twice;
    return (compute + once) * share * batch + doubled;
  };
  const rowCost = cost(byRows, packs.vector + reading * columns, packs.splat + reading * rows);
  const columnCost = cost(byColumns, packs.splat + reading * rows, packs.vector + reading * columns);
  return rowCost <= columnCost ? { along: "rows", units: byRows } : { along: "columns", units: byColumns };
}

const plans = new WeakMap<MatmulSpec, { machine: Machine; plan: Plan }>();

export function planMatmul(spec: MatmulSpec, machine: Machine): Plan {
  const known = plans.get(spec);
  if (known?.machine === machine) return known.plan;
  for (const { dtype, virtual } of [spec.a, spec.b]) {
    if (dtype !== "float32" || virtual) throw new TypeError("a matmul multiplies float32 operands that lie in memory");
  }
  const straight = arrange(spec, machine, false);
  const swapped = arrange(spec, machine, true);
  const plan = swapped.cycles < straight.cycles ? swapped : straight;
  plans.set(spec, { machine, plan });
  return plan;
}

/** Where the parts of a worker's scratch begin. */
export function scratchLayout(
  plan: Plan,
  lanes: number,
): { vector: number; splat: number; sums: number; bytes: number } {
  const { tile, depthBlock, vectorWay: way, columns, blocks, rows } = plan;
  const width = tile.vectors * lanes;
  const panels = Math.ceil(Math.min(columns, plan.columnBlock) / width);
  const line = (bytes: number): number => Math.ceil(bytes / 64) * 64 + 64;
  const vector = 0;
  const splat = way === "direct" ? 64 : line(panels * width * depthBlock * 4);
  const sums = splat + (plan.splatWay === "direct" ? 0 : line((tile.rows * splatPitch(plan) + lanes) * 4));
  const tiles = Math.ceil(Math.min(rows, plan.rowBlock) / tile.rows) * panels;
  return { vector, splat, sums, bytes: sums + (blocks > 1 ? line(tiles * tile.rows * width * 4) : 0) };
}

/** Elements between packed rows of the splat side. */
export const splatPitch = (plan: Plan): number => Math.ceil(plan.depthBlock / 4) * 4;
