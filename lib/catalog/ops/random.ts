// Random numbers as a pure function of (seed, step, index of the element): the same on any number of workers and for any way of
// cutting a tensor into pieces.

import { apply, scalar } from "../../graph/call.js";
import type { Lane, Lanes } from "../../graph/lanes.js";
import type { Op } from "../../graph/op.js";
import type { Tensor } from "../../graph/tensor.js";
import { add } from "./add.js";
import { cos } from "./cos.js";
import { defineElementwise } from "./elementwise.js";
import { erfinv } from "./erfinv.js";
import { counter } from "./iota.js";
import { less } from "./less.js";
import { log } from "./log.js";
import { multiply } from "./multiply.js";
import { sqrt } from "./sqrt.js";
import { subtract } from "./subtract.js";

// A bijection of 32 bits with little bias in how input bits change output bits; its constants were found by the search of
// https://github.com/skeeto/hash-prospector (exact bias 0.107). One round moves, another after a key came in hides the rest.
const shifts = [16, 15, 15] as const;
const factors = [0x21f0aaad, 0xd35a2d97 | 0] as const;

function mix(x: number): number {
  const once = Math.imul(x ^ (x >>> shifts[0]), factors[0]);
  const twice = Math.imul(once ^ (once >>> shifts[1]), factors[1]);
  return twice ^ (twice >>> shifts[2]);
}

function mixLanes(k: Lanes, x: Lane): Lane {
  const once = k.mul(k.xor(x, k.shr(x, shifts[0])), k.constant(factors[0], "int32"));
  const twice = k.mul(k.xor(once, k.shr(once, shifts[1])), k.constant(factors[1], "int32"));
  return k.xor(twice, k.shr(twice, shifts[2]));
}

/** `stream` tells apart the numbers that one element needs. */
export interface RandomAttrs {
  readonly seed: number;
  readonly stream: number;
}

// Two keys: one moves the counter, one comes in between two rounds, together with the step.
const keysOf = ({ seed, stream }: RandomAttrs): [number, number] => {
  const first = mix((seed | 0) ^ mix(stream + 1));
  return [first, mix(first ^ 0x5bd1e995)];
};
const stepFactor = 0x9e3779b9 | 0;
const unit = 2 ** -24;

/** Inputs: counter and step, int32. Output: 24 random bits as a number from 0 up to, without, 1. */
export const randomUniformOp: Op<RandomAttrs> = defineElementwise<RandomAttrs>({
  name: "randomUniform",
  arity: 2,
  attrs: [{ seed: 7, stream: 0 }],
  inputs: ["int32", "int32"],
  dtype: () => "float32",
  scalar([index, step], attrs) {
    const [first, second] = keysOf(attrs);
    return (mix(mix((index + first) | 0) ^ ((Math.imul(step, stepFactor) + second) | 0)) >>> 8) * unit;
  },
  emit(k, [index, step], attrs) {
    const [first, second] = keysOf(attrs);
    const key = k.add(k.mul(step, k.constant(stepFactor, "int32")), k.constant(second, "int32"));
    const bits = mixLanes(k, k.xor(mixLanes(k, k.add(index, k.constant(first, "int32"))), key));
    return k.mul(k.convert(k.shr(bits, 8), "float32"), k.constant(unit));
  },
  vjp: () => [null, null],
});

/** What every random function takes. */
export interface RandomOptions {
  /** Other seeds give unrelated numbers; a 32-bit integer. */
  readonly seed: number;
  /** int32 scalar: other steps give unrelated numbers. */
  readonly step?: Tensor | undefined;
  /** Number of the first element, for a tensor made in pieces. */
  readonly offset?: number | undefined;
}

const unitInterval = (shape: readonly number[], { seed, step, offset }: RandomOptions, stream: number): Tensor =>
  apply(randomUniformOp, [counter(shape, offset ?? 0), step ?? scalar(0, "int32")], { seed: seed | 0, stream });

const rescale = (x: Tensor, factor: number, shift: number): Tensor => {
  const scaled = factor === 1 ? x : multiply(x, factor);
  return shift === 0 ? scaled : add(scaled, shift);
};

/** Evenly distributed between `minval` (0) and `maxval` (1). */
export function randomUniform(
  shape: readonly number[],
  options: RandomOptions & { readonly minval?: number | undefined; readonly maxval?: number | undefined },
): Tensor {
  const { minval = 0, maxval = 1 } = options;
  return rescale(unitInterval(shape, options, 0), maxval - minval, minval);
}

/** Mean and spread of a normal distribution. */
export interface NormalOptions extends RandomOptions {
  readonly mean?: number | undefined;
  readonly stddev?: number | undefined;
}

/** Normally distributed, by the method of Box and Muller (1958). */
export function randomNormal(shape: readonly number[], options: NormalOptions): Tensor {
  // 1 - u is never 0, whose logarithm is infinite.
  const radius = sqrt(multiply(log(subtract(1, unitInterval(shape, options, 0))), -2));
  const angle = multiply(unitInterval(shape, options, 1), 2 * Math.PI);
  return rescale(multiply(radius, cos(angle)), options.stddev ?? 1, options.mean ?? 0);
}

// Share of a normal distribution within two standard deviations.
const withinTwo = 0.9544997361036416;

/** Normally distributed, without what is further than two `stddev` from the mean: the inverse of its distribution at a uniform number. */
export function truncatedNormal(shape: readonly number[], options: NormalOptions): Tensor {
  const centered = subtract(unitInterval(shape, options, 0), 0.5 - unit / 2);
  const quantile = erfinv(multiply(centered, 2 * withinTwo));
  return rescale(quantile, Math.SQRT2 * (options.stddev ?? 1), options.mean ?? 0);
}

/** True with `probability`: what dropout keeps. */
export const randomBernoulli = (
  shape: readonly number[],
  options: RandomOptions & { readonly probability: number },
): Tensor => less(unitInterval(shape, options, 0), options.probability);
