// All ops, and the functions that apply them.

import type { Op } from "../../graph/op.js";
import { addOp } from "./add.js";
import { concatenateOp } from "./concatenate.js";
import { convOp } from "./conv.js";
import { dotOp } from "./dot.js";
import { elementwiseOps } from "./elementwiseIndex.js";
import { gatherOp, scatterAddOp } from "./gather.js";
import { iotaOp } from "./iota.js";
import { literalOp } from "./literal.js";
import { padOp } from "./pad.js";
import { averagePoolOp, maxPoolOp } from "./pool.js";
import { scanOp } from "./scan.js";
import { stopGradientOp } from "./stopGradient.js";
import { broadcastToOp, reshapeOp, sliceOp, transposeOp } from "./views.js";
import { foldOp, windowsOp } from "./windows.js";

export { add } from "./add.js";
export { concatenate } from "./concatenate.js";
export { conv, type Padding } from "./conv.js";
export { dot, matmul } from "./dot.js";
export { einsum } from "./einsum.js";
export * from "./elementwiseIndex.js";
export { gather, scatterAdd } from "./gather.js";
export { arange, counter, iota } from "./iota.js";
export { pad } from "./pad.js";
export { averagePool, maxPool } from "./pool.js";
export { type ScanStep, scan } from "./scan.js";
export { stopGradient } from "./stopGradient.js";
export {
  broadcastTo,
  expandDims,
  flip,
  repeat,
  reshape,
  slice,
  sliceAxis,
  split,
  squeeze,
  stack,
  tile,
  transpose,
} from "./views.js";

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
