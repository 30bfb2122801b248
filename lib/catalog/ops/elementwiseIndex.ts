// The elementwise and reducing ops, in one list for the catalog, and the functions that apply them.

import type { Op } from "../../graph/op.js";
import { absoluteOp } from "./absolute.js";
import { castOp } from "./cast.js";
import { ceilOp } from "./ceil.js";
import { clipOp } from "./clip.js";
import { cosOp } from "./cos.js";
import { divideOp } from "./divide.js";
import { equalOp } from "./equal.js";
import { erfOp } from "./erf.js";
import { erfinvOp } from "./erfinv.js";
import { expOp } from "./exp.js";
import { expm1Op } from "./expm1.js";
import { floorOp } from "./floor.js";
import { flushSmallOp } from "./flushSmall.js";
import { greaterOp } from "./greater.js";
import { greaterEqualOp } from "./greaterEqual.js";
import { isFiniteOp } from "./isFinite.js";
import { isNaNOp } from "./isNaN.js";
import { lessOp } from "./less.js";
import { lessEqualOp } from "./lessEqual.js";
import { logOp } from "./log.js";
import { log1pOp } from "./log1p.js";
import { logicalAndOp } from "./logicalAnd.js";
import { logicalNotOp } from "./logicalNot.js";
import { logicalOrOp } from "./logicalOr.js";
import { maximumOp } from "./maximum.js";
import { minimumOp } from "./minimum.js";
import { modOp } from "./mod.js";
import { multiplyOp } from "./multiply.js";
import { negativeOp } from "./negative.js";
import { notEqualOp } from "./notEqual.js";
import { powerOp } from "./power.js";
import { randomUniformOp } from "./random.js";
import { reciprocalOp } from "./reciprocal.js";
import { argmaxOp, argminOp, reduceMaxOp, reduceMinOp, reduceProdOp, reduceSumOp } from "./reduce.js";
import { reluOp } from "./relu.js";
import { roundOp } from "./round.js";
import { rsqrtOp } from "./rsqrt.js";
import { sigmoidOp } from "./sigmoid.js";
import { signOp } from "./sign.js";
import { sinOp } from "./sin.js";
import { softplusOp } from "./softplus.js";
import { sqrtOp } from "./sqrt.js";
import { squareOp } from "./square.js";
import { subtractOp } from "./subtract.js";
import { tanhOp } from "./tanh.js";
import { whereOp } from "./where.js";

export { absolute } from "./absolute.js";
export { cast } from "./cast.js";
export { ceil } from "./ceil.js";
export { clip } from "./clip.js";
export { cos } from "./cos.js";
export { divide } from "./divide.js";
export { equal } from "./equal.js";
export { erf } from "./erf.js";
export { erfinv } from "./erfinv.js";
export { exp } from "./exp.js";
export { expm1 } from "./expm1.js";
export { floor } from "./floor.js";
export { flushSmall } from "./flushSmall.js";
export { greater } from "./greater.js";
export { greaterEqual } from "./greaterEqual.js";
export { isFinite } from "./isFinite.js";
export { isNaN } from "./isNaN.js";
export { less } from "./less.js";
export { lessEqual } from "./lessEqual.js";
export { log } from "./log.js";
export { log1p } from "./log1p.js";
export { logicalAnd } from "./logicalAnd.js";
export { logicalNot } from "./logicalNot.js";
export { logicalOr } from "./logicalOr.js";
export { logSoftmax } from "./logSoftmax.js";
export { logSumExp } from "./logSumExp.js";
export { maximum } from "./maximum.js";
export { minimum } from "./minimum.js";
export { mod } from "./mod.js";
export { multiply } from "./multiply.js";
export { negative } from "./negative.js";
export { norm, unitVectors } from "./norm.js";
export { notEqual } from "./notEqual.js";
export { oneHot } from "./oneHot.js";
export { power } from "./power.js";
export type { NormalOptions, RandomOptions } from "./random.js";
export { randomBernoulli, randomNormal, randomUniform, truncatedNormal } from "./random.js";
export { reciprocal } from "./reciprocal.js";
export type { ReduceOptions } from "./reduce.js";
export { all, any, argmax, argmin, max, mean, min, prod, std, sum, variance } from "./reduce.js";
export { relu } from "./relu.js";
export { round } from "./round.js";
export { rsqrt } from "./rsqrt.js";
export { sigmoid } from "./sigmoid.js";
export { sign } from "./sign.js";
export { sin } from "./sin.js";
export { softmax } from "./softmax.js";
export { softplus } from "./softplus.js";
export { sqrt } from "./sqrt.js";
export { square } from "./square.js";
export { subtract } from "./subtract.js";
export { tanh } from "./tanh.js";
export { topK } from "./topK.js";
export { where } from "./where.js";

/** Every op of these files. */
export const elementwiseOps: readonly Op[] = [
  subtractOp,
  multiplyOp,
  divideOp,
  maximumOp,
  minimumOp,
  powerOp,
  modOp,
  negativeOp,
  absoluteOp,
  signOp,
  sqrtOp,
  rsqrtOp,
  squareOp,
  reciprocalOp,
  expOp,
  expm1Op,
  logOp,
  log1pOp,
  sinOp,
  cosOp,
  tanhOp,
  sigmoidOp,
  softplusOp,
  erfOp,
  erfinvOp,
  floorOp,
  ceilOp,
  roundOp,
  equalOp,
  notEqualOp,
  lessOp,
  lessEqualOp,
  greaterOp,
  greaterEqualOp,
  logicalAndOp,
  logicalOrOp,
  logicalNotOp,
  whereOp,
  castOp,
  isFiniteOp,
  isNaNOp,
  clipOp,
  flushSmallOp,
  reluOp,
  randomUniformOp,
  argmaxOp,
  argminOp,
  reduceMaxOp,
  reduceMinOp,
  reduceProdOp,
  reduceSumOp,
];
