// Elementary functions in lanes: exact steps to a short interval, and a polynomial there. Coefficients are minimax fits of the relative
// error (Lawson's algorithm, 40 digits). Products that must be exact have factors of few bits, so that results hardly depend on
// whether the machine rounds a multiply-add once or twice.

import type { Lane, Lanes } from "../../graph/lanes.js";

/** c₀ + c₁x + c₂x² + … */
export function polynomial(k: Lanes, x: Lane, coefficients: readonly number[]): Lane {
  let value = k.constant(coefficients.at(-1) as number);
  for (let i = coefficients.length - 2; i >= 0; i--) value = k.fma(value, x, k.constant(coefficients[i] as number));
  return value;
}

const clamp = (k: Lanes, x: Lane, low: number, high: number): Lane =>
  k.min(k.max(x, k.constant(low)), k.constant(high));

// ln 2 in two parts; the first has 9 bits, so that its multiples by up to 15 bits are exact.
const ln2High = 0.693359375;
const ln2Low = Math.LN2 - ln2High;
// Adding 1.5·2²³ rounds to an integer and leaves it in the low bits: cheaper than a conversion.
const rounding = 12582912;

// (eʳ - 1 - r) / r² for |r| ≤ ln 2 / 2.
const expTail = [0.499999980991, 0.166665411934, 0.0416672104137, 0.00836684671148, 0.00138824568879] as const;

/** ±x = n·ln 2 ± r with |r| ≤ ln 2 / 2. Gives r and half of 2ⁿ (half, because 2¹²⁸ itself can't be written). */
function splitExponent(k: Lanes, x: Lane, sign: 1 | -1): { r: Lane; half: Lane } {
  const shifted = k.fma(x, k.constant(sign * Math.LOG2E), k.constant(rounding));
  const n = k.sub(shifted, k.constant(rounding));
  const r = k.fma(n, k.constant(-sign * ln2Low), k.fma(n, k.constant(-sign * ln2High), x));
  const bits = k.shl(k.bitcast(shifted, "int32"), 23);
  return { r, half: k.bitcast(k.add(bits, k.constant(126 << 23, "int32")), "float32") };
}

/** eˣ, or e⁻ˣ; results below 1.7e-38 are 0. */
export function expLanes(k: Lanes, x: Lane, sign: 1 | -1 = 1): Lane {
  // At the low bound half of 2ⁿ comes out as 0, at the high one the product overflows.
  const { r, half } = splitExponent(k, sign === 1 ? clamp(k, x, -87.5, 89) : clamp(k, x, -89, 87.5), sign);
  const coefficients = [1, 1, ...expTail].map((c, i) => 2 * c * (i % 2 === 1 ? sign : 1));
  return k.mul(polynomial(k, r, coefficients), half);
}

/** eˣ - 1. */
export function expm1Lanes(k: Lanes, x: Lane): Lane {
  const { r, half } = splitExponent(k, clamp(k, x, -30, 89), 1);
  const p = k.fma(k.mul(r, r), polynomial(k, r, expTail), r);
  const value = k.fma(half, p, k.sub(half, k.constant(0.5)));
  return k.add(value, value);
}

/** 1 / (1 + e⁻ˣ). */
export const sigmoidLanes = (k: Lanes, x: Lane): Lane => k.div(k.constant(1), k.add(expLanes(k, x, -1), k.constant(1)));

/** x·P(x²) / Q(x²) for |x| ≤ `end`, where the odd function reaches ±1. Coefficients are chosen among float32, for the rounded result. */
function oddQuotient(k: Lanes, x: Lane, end: number, above: readonly number[], below: readonly number[]): Lane {
  const bounded = clamp(k, x, -end, end);
  const x2 = k.mul(bounded, bounded);
  const value = k.div(k.mul(bounded, polynomial(k, x2, above)), polynomial(k, x2, below));
  // Rounding must not lead past the ends: users take roots and logarithms of what is left to 1.
  return clamp(k, value, -1, 1);
}

/** Hyperbolic tangent. */
export const tanhLanes = (k: Lanes, x: Lane): Lane =>
  oddQuotient(
    k,
    x,
    9.02,
    [1, 0.133797199, 0.00349403755, 2.05834567e-5, 1.33193172e-8],
    [1, 0.467130393, 0.0258710813, 0.000328309543, 7.76200466e-7],
  );

/** The error function. */
export const erfLanes = (k: Lanes, x: Lane): Lane =>
  oddQuotient(
    k,
    x,
    3.93,
    [1.12837923, 0.19078061, 0.0527898185, 0.00377945439, 0.000284802925, 2.04197386e-6],
    [1, 0.502407551, 0.114256211, 0.0149971209, 0.00116517267, 3.80036836e-5],
  );

/** x = 2ⁿ·m with √½ ≤ m < √2, for positive, finite, normal x. */
function splitMantissa(k: Lanes, x: Lane): { n: Lane; m: Lane } {
  const bits = k.bitcast(x, "int32");
  const exponent = k.sar(k.sub(bits, k.constant(0x3f3504f3, "int32")), 23);
  return { n: k.convert(exponent, "float32"), m: k.bitcast(k.sub(bits, k.shl(exponent, 23)), "float32") };
}

/** log x - less·ln 2, for positive, finite, normal x. */
function normalLog(k: Lanes, x: Lane, less?: Lane): Lane {
  const { n: exponent, m } = splitMantissa(k, x);
  const n = less ? k.sub(exponent, less) : exponent;
  const f = k.sub(m, k.constant(1));
  const f2 = k.mul(f, f);
  // (log(1 + f) - f + f² / 2) / f³
  const tail = polynomial(
    k,
    f,
    [
      0.333333317071, -0.250008216281, 0.200012275646, -0.166233352288, 0.142017236025, -0.131603770911, 0.127619351558,
      -0.0763441881493,
    ],
  );
  const low = k.fma(f2, k.fma(f, tail, k.constant(-0.5)), k.mul(n, k.constant(ln2Low)));
  return k.fma(n, k.constant(ln2High), k.add(f, low));
}

/** Natural logarithm. */
export function logLanes(k: Lanes, x: Lane): Lane {
  const [zero, infinity] = [k.constant(0), k.constant(Number.POSITIVE_INFINITY)];
  const small = k.lt(x, k.constant(2 ** -126));
  const value = normalLog(k, k.select(small, k.mul(x, k.constant(2 ** 23)), x), k.select(small, k.constant(23), zero));
  const atZero = k.select(k.eq(x, zero), k.constant(Number.NEGATIVE_INFINITY), k.constant(Number.NaN));
  const edge = k.select(k.eq(x, infinity), infinity, atZero);
  return k.select(k.and(k.gt(x, zero), k.lt(x, infinity)), value, edge);
}

/** What rounding took from u = 1 + x, relative to u. */
const lostShare = (k: Lanes, x: Lane, u: Lane): Lane => k.div(k.sub(x, k.sub(u, k.constant(1))), u);

/** log(1 + x). */
export function log1pLanes(k: Lanes, x: Lane): Lane {
  const u = k.add(x, k.constant(1));
  const lost = lostShare(k, x, u);
  // At the ends of the range the share isn't a number, and isn't needed.
  return k.add(logLanes(k, u), k.select(k.eq(lost, lost), lost, k.constant(0)));
}

/** log(1 + eˣ). */
export function softplusLanes(k: Lanes, x: Lane): Lane {
  const e = expLanes(k, k.abs(x), -1);
  const u = k.add(e, k.constant(1));
  return k.add(k.max(x, k.constant(0)), k.add(normalLog(k, u), lostShare(k, e, u)));
}

/** The number without its last 12 bits: products of two such numbers are exact. */
const head = (k: Lanes, x: Lane): Lane =>
  k.bitcast(k.and(k.bitcast(x, "int32"), k.constant(~0xfff, "int32")), "float32");

/** log₂ of a positive, finite number as a sum of two lanes, to some 30 bits. */
function log2Pair(k: Lanes, x: Lane): [high: Lane, low: Lane] {
  const small = k.lt(x, k.constant(2 ** -126));
  const { n: exponent, m } = splitMantissa(k, k.select(small, k.mul(x, k.constant(2 ** 23)), x));
  const n = k.sub(exponent, k.select(small, k.constant(23), k.constant(0)));
  const one = k.constant(1);
  // log m = 2s + s³·R(s²) with s = (m - 1) / (m + 1), where s has a head and a rest.
  const [above, below] = [k.sub(m, one), k.add(m, one)];
  const s = k.div(above, below);
  const sHead = head(k, s);
  const belowHead = head(k, below);
  const belowRest = k.sub(m, k.sub(belowHead, one));
  const sRest = k.div(k.sub(k.sub(above, k.mul(sHead, belowHead)), k.mul(sHead, belowRest)), below);
  const s2 = k.mul(s, s);
  const tail = k.mul(k.mul(s, s2), polynomial(k, s2, [0.666666656371, 0.40000337254, 0.285371677936, 0.235849906798]));
  const [lnHead, lnRest] = [k.add(sHead, sHead), k.add(k.add(sRest, sRest), tail)];
  const scaleHead = 1.4423828125;
  const high = k.mul(lnHead, k.constant(scaleHead));
  const low = k.fma(lnHead, k.constant(Math.LOG2E - scaleHead), k.mul(lnRest, k.constant(Math.LOG2E)));
  const whole = k.add(n, high);
  const rest = k.add(k.add(k.sub(n, whole), high), low);
  const sum = k.add(whole, rest);
  return [sum, k.sub(rest, k.sub(sum, whole))];
}

/** a to the power of b, as C's pow. */
export function powerLanes(k: Lanes, a: Lane, b: Lane): Lane {
  const [zero, one, infinity] = [k.constant(0), k.constant(1), k.constant(Number.POSITIVE_INFINITY)];
  const size = k.abs(a);
  const [high, low] = log2Pair(k, size);
  // b·log₂|a| in two parts. Exponents beyond the bound give 0 or ∞ all the same.
  const exponent = clamp(k, b, -(2 ** 32), 2 ** 32);
  const [bHead, highHead] = [head(k, exponent), head(k, high)];
  const product = k.mul(bHead, highHead);
  const lower = k.add(k.sub(high, highHead), low);
  const rest = k.fma(exponent, lower, k.mul(k.sub(exponent, bHead), highHead));
  const shifted = k.add(clamp(k, k.add(product, rest), -126, 129), k.constant(rounding));
  const f = clamp(k, k.add(k.sub(product, k.sub(shifted, k.constant(rounding))), rest), -1, 1);
  // (2ᶠ - 1) / f
  const power = polynomial(
    k,
    f,
    [0.693147203645, 0.240226478118, 0.055503306076, 0.00961844488239, 0.00133996508166, 0.00015352735226],
  );
  const half = k.bitcast(k.add(k.shl(k.bitcast(shifted, "int32"), 23), k.constant(126 << 23, "int32")), "float32");
  const normal = k.mul(k.fma(k.add(f, f), power, k.constant(2)), half);
  // What doesn't follow the rule: infinite and zero bases, the sign, NaN.
  const isZero = k.eq(size, zero);
  const isEdge = k.or(isZero, k.eq(size, infinity));
  const edge = k.select(k.xor(isZero, k.lt(b, zero)), zero, infinity);
  const magnitude = k.select(isEdge, edge, normal);
  const isWhole = k.eq(b, k.trunc(b));
  const halfB = k.mul(b, k.constant(0.5));
  const isOdd = k.and(isWhole, k.ne(halfB, k.trunc(halfB)));
  const isNegative = k.lt(k.bitcast(a, "int32"), k.constant(0, "int32"));
  const signed = k.select(k.and(isNegative, isOdd), k.neg(magnitude), magnitude);
  const isBroken = k.and(k.and(isNegative, k.not(isWhole)), k.not(isEdge));
  const hasNoValue = k.or(k.or(k.ne(a, a), k.ne(b, b)), isBroken);
  const result = k.select(hasNoValue, k.constant(Number.NaN), signed);
  return k.select(k.or(k.eq(b, zero), k.eq(a, one)), one, result);
}
