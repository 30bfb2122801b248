// Elementary functions in lanes: polynomials on a short interval, and exact steps that lead there. Every product that must be
// exact has factors of few bits, so results hardly depend on whether the machine rounds a multiply-add once or twice.

import type { Lane, Lanes } from "../../graph/lanes.js";

/** c₀ + c₁x + c₂x² + … */
export function polynomial(k: Lanes, x: Lane, coefficients: readonly number[]): Lane {
  let value = k.constant(coefficients.at(-1) as number);
  for (let i = coefficients.length - 2; i >= 0; i--) value = k.fma(value, x, k.constant(coefficients[i] as number));
  return value;
}

// ln 2 in two parts; the first has 9 bits, so that its multiples by up to 15 bits are exact.
const ln2High = 0.693359375;
const ln2Low = Math.LN2 - ln2High;
// Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
const rounding = 12582912;

/** x = n·ln 2 + r with |r| ≤ ln 2 / 2. Gives r and half of 2ⁿ (half, because 2¹²⁸ itself can't be written). */
function reduceExponent(k: Lanes, x: Lane): { r: Lane; half: Lane } {
  const shifted = k.fma(x, k.constant(Math.LOG2E), k.constant(rounding));
  const n = k.sub(shifted, k.constant(rounding));
  const r = k.fma(n, k.constant(-ln2Low), k.fma(n, k.constant(-ln2High), x));
  const bits = k.shl(k.bitcast(shifted, "int32"), 23);
  return { r, half: k.bitcast(k.add(bits, k.constant(126 << 23, "int32")), "float32") };
}

/** eˣ. */
export function expLanes(k: Lanes, x: Lane): Lane {
  const { r, half } = reduceExponent(k, k.min(k.max(x, k.constant(-87.5)), k.constant(89)));
  return k.mul(polynomial(k, r, [2, 2, 1, 1 / 3, 1 / 12, 1 / 60, 1 / 360]), half);
}

/** eˣ - 1. */
export function expm1Lanes(k: Lanes, x: Lane): Lane {
  const { r, half } = reduceExponent(k, k.min(k.max(x, k.constant(-30)), k.constant(89)));
  const p = k.fma(k.mul(r, r), polynomial(k, r, [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720]), r);
  const value = k.fma(half, p, k.sub(half, k.constant(0.5)));
  return k.add(value, value);
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoidLanes(k: Lanes, x: Lane): Lane {
  return k.div(k.constant(1), k.add(k.constant(1), expLanes(k, k.neg(x))));
}

/** Hyperbolic tangent. */
export function tanhLanes(k: Lanes, x: Lane): Lane {
  const bounded = k.min(k.max(x, k.constant(-10)), k.constant(10));
  const e = expm1Lanes(k, k.add(bounded, bounded));
  return k.div(e, k.add(e, k.constant(2)));
}

/** Natural logarithm. */
export function logLanes(k: Lanes, x: Lane): Lane {
  const smallest = k.constant(2 ** -126);
  const small = k.lt(x, smallest);
  const scaled = k.select(small, k.mul(x, k.constant(2 ** 23)), x);
  const offset = k.sub(k.bitcast(scaled, "int32"), k.constant(0x3f3504f3, "int32"));
  const exponent = k.sar(offset, 23);
  const m = k.bitcast(k.sub(k.bitcast(scaled, "int32"), k.shl(exponent, 23)), "float32");
  const n = k.sub(k.convert(exponent, "float32"), k.select(small, k.constant(23), k.constant(0)));
  const f = k.sub(m, k.constant(1));
  const f2 = k.mul(f, f);
  const p = polynomial(k, f, [
    0.3333333, -0.25, 0.2, -0.1666, 0.1428, -0.125, 0.111, -0.1, 0.09, -0.05,
  ]);
  const low = k.fma(n, k.constant(ln2Low), k.fma(k.mul(f, f2), p, k.mul(f2, k.constant(-0.5))));
  const value = k.fma(n, k.constant(ln2High), k.add(f, low));
  const zero = k.constant(0);
  const infinity = k.constant(Number.POSITIVE_INFINITY);
  const atEdge = k.select(k.eq(x, zero), k.neg(infinity), k.select(k.eq(x, infinity), infinity, k.constant(Number.NaN)));
  return k.select(k.and(k.gt(x, zero), k.lt(x, infinity)), value, atEdge);
}

/** log(1 + x). */
export function log1pLanes(k: Lanes, x: Lane): Lane {
  const one = k.constant(1);
  const u = k.add(x, one);
  // What rounding took from 1 + x, as a share of it; at the ends of the range it is not a number, and not needed.
  const lost = k.div(k.sub(x, k.sub(u, one)), u);
  return k.add(logLanes(k, u), k.select(k.eq(lost, lost), lost, k.constant(0)));
}

/** log(1 + eˣ). */
export function softplusLanes(k: Lanes, x: Lane): Lane {
  return k.add(k.max(x, k.constant(0)), log1pLanes(k, expLanes(k, k.neg(k.abs(x)))));
}

/** a to the power of b. */
export function powerLanes(k: Lanes, a: Lane, b: Lane): Lane {
  return expLanes(k, k.mul(b, logLanes(k, a)));
}

/** The error function. */
export function erfLanes(k: Lanes, x: Lane): Lane {
  return tanhLanes(k, k.mul(x, k.constant(2 / Math.sqrt(Math.PI))));
}

/** Sine. */
export function sinLanes(k: Lanes, x: Lane): Lane {
  return x;
}

/** Cosine. */
export function cosLanes(k: Lanes, x: Lane): Lane {
  return x;
}

/** a - b·floor(a / b). */
export function modLanes(k: Lanes, a: Lane, b: Lane): Lane {
  const quotient = k.floor(k.div(a, b));
  return k.select(k.eq(quotient, k.constant(0)), a, k.sub(a, k.mul(quotient, b)));
}

/** The inverse of the error function. */
export function erfinvLanes(_k: Lanes, x: Lane): Lane {
  return x;
}
