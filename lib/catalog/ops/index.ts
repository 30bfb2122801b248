// All ops, and the functions that apply them.

import type { Op } from "../../graph/op.js";
import { addOp } from "./add.js";
import { broadcastToOp } from "./broadcastTo.js";
import { concatenateOp } from "./concatenate.js";
import { convOp } from "./conv.js";
import { dotOp } from "./dot.js";
import { elementwiseOps } from "./elementwiseIndex.js";
import { gatherOp, scatterAddOp } from "./gather.js";
import { iotaOp } from "./iota.js";
import { literalOp } from "./literal.js";
import { padOp } from "./pad.js";
import { averagePoolOp, maxPoolOp } from "./pool.js";
import { reshapeOp } from "./reshape.js";
import { scanOp } from "./scan.js";
import { sliceOp } from "./slice.js";
import { stopGradientOp } from "./stopGradient.js";
import { transposeOp } from "./transpose.js";
import { foldOp, windowsOp } from "./windows.js";

export { add } from "./add.js";
export { broadcastTo, repeat, tile } from "./broadcastTo.js";
export { concatenate } from "./concatenate.js";
export { conv, type Padding } from "./conv.js";
export { dot, matmul } from "./dot.js";
export { einsum } from "./einsum.js";
export * from "./elementwiseIndex.js";
export { gather, scatterAdd } from "./gather.js";
export { arange, counter, iota } from "./iota.js";
export { pad } from "./pad.js";
export { averagePool, maxPool } from "./pool.js";
export { expandDims, reshape, squeeze } from "./reshape.js";
export { type ScanStep, scan } from "./scan.js";
export { flip, slice, sliceAxis, split } from "./slice.js";
export { stack } from "./stack.js";
export { stopGradient } from "./stopGradient.js";
export { transpose } from "./transpose.js";

/** Every op; the laws run over this list. */
export const allOps: readonly Op<never>[] = [
  addOp,
  literalOp,
  ...elementwiseOps,
  reshapeOp,
  transposeOp,
  sliceOp,
  broadcastToOp,
  stopGradientOp,
  iotaOp,
  windowsOp,
  foldOp,
  padOp,
  concatenateOp,
  dotOp,
  convOp,
  maxPoolOp,
  averagePoolOp,
  gatherOp,
  scatterAddOp,
  scanOp,
] as unknown as readonly Op<never>[];

let byName: Map<string, Op> | null = null;

/** An op by its name, as kernels' expressions refer to it. */
export function elementwiseLookup(name: string): Op {
  byName ??= new Map((allOps as unknown as readonly Op[]).map((op) => [op.name, op]));
  const op = byName.get(name);
  if (!op) throw new Error(`no op is called "${name}"`);
  return op;
}
