// Sine, cosine, the inverse of the error function and the remainder in lanes: functions that no hot loop needs.

import type { Lane, Lanes } from "../../graph/lanes.js";
import { logLanes, polynomial } from "./approximations.js";

// π/2 in parts of 8 bits, whose multiples by up to 16 bits are exact, and the rest.
const parts = [1.5703125, 0.0004825592041015625, 1.2665987014770508e-6, 9.920935796805404e-10] as const;
const rounding = 12582912;

/** sin(x + quarters·π/2). Beyond |x| = 10⁵, where neighbouring numbers are 0.008 apart, digits are lost. */
function sinusoid(k: Lanes, x: Lane, quarters: number): Lane {
  const shifted = k.fma(x, k.constant(2 / Math.PI), k.constant(rounding));
  const n = k.sub(shifted, k.constant(rounding));
  const r = parts.reduce((rest, part) => k.fma(n, k.constant(-part), rest), x);
  const quadrant = k.add(k.bitcast(shifted, "int32"), k.constant(quarters, "int32"));
  const r2 = k.mul(r, r);
  const sine = k.fma(k.mul(r, r2), polynomial(k, r2, [-0.166666538632, 0.00833211302026, -0.000195087391376]), r);
  const cosine = polynomial(k, r2, [1, -0.5, 0.0416666443673, -0.00138872514655, 2.44256796777e-5]);
  const isOdd = k.ne(k.and(quadrant, k.constant(1, "int32")), k.constant(0, "int32"));
  const value = k.min(k.max(k.select(isOdd, cosine, sine), k.constant(-1)), k.constant(1));
  const sign = k.shl(k.and(quadrant, k.constant(2, "int32")), 30);
  return k.bitcast(k.xor(k.bitcast(value, "int32"), sign), "float32");
}

export const sinLanes = (k: Lanes, x: Lane): Lane => sinusoid(k, x, 0);
export const cosLanes = (k: Lanes, x: Lane): Lane => sinusoid(k, x, 1);

/** The inverse of the error function: y times a function of w = -log(1 - y²), another one where w > 5. */
export function erfinvLanes(k: Lanes, y: Lane): Lane {
  const one = k.constant(1);
  const w = k.neg(logLanes(k, k.mul(k.sub(one, y), k.add(one, y))));
  const central = polynomial(
    k,
    k.sub(w, k.constant(2.5)),
    [
      1.50140935928, 0.246640286151, -0.00417738677652, -0.00125274186675, 0.000218344434684, -4.96335587079e-6,
      -3.46270349178e-6, 4.66172507296e-7, 2.32325431332e-8, -8.79119305292e-9,
    ],
  );
  const tail = polynomial(
    k,
    k.sub(k.sqrt(w), k.constant(3)),
    [
      2.83297700601, 1.00167426281, 0.0094349759456, -0.00762662576467, 0.00576595032146, -0.00365535800606,
      0.0012912097662, 8.14655411256e-5, -0.000158874190304,
    ],
  );
  const inside = k.mul(y, k.select(k.gt(w, k.constant(5)), tail, central));
  return k.select(k.eq(k.abs(y), one), k.mul(y, k.constant(Number.POSITIVE_INFINITY)), inside);
}

/** a - b·floor(a / b), of the sign of b. */
export function modLanes(k: Lanes, a: Lane, b: Lane): Lane {
  const zero = k.constant(0, a.dtype);
  let rest: Lane;
  if (a.dtype === "int32") {
    // Division is only there for float32, which is 24 bits long: divide what is left a second time.
    const quotient = (x: Lane): Lane => k.convert(k.div(k.convert(x, "float32"), k.convert(b, "float32")), "int32");
    const once = k.sub(a, k.mul(quotient(a), b));
    rest = k.sub(once, k.mul(quotient(once), b));
  } else {
    const quotient = k.floor(k.div(a, b));
    // An infinite b times 0 would be NaN.
    rest = k.select(k.eq(quotient, zero), a, k.sub(a, k.mul(quotient, b)));
  }
  const wrongSign = k.and(k.ne(rest, zero), k.xor(k.lt(rest, zero), k.lt(b, zero)));
  const fixed = k.select(wrongSign, k.add(rest, b), rest);
  return a.dtype === "int32" ? k.select(k.eq(b, zero), zero, fixed) : fixed;
}
