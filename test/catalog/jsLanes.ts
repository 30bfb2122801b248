// Lanes of width one that compute at once, in JavaScript: an op's `emit` can be tried on any number without a machine.

import type { DType } from "../../lib/graph/dtype.js";
import type { Lane, Lanes } from "../../lib/graph/lanes.js";

interface Value extends Lane {
  readonly value: number;
}

const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

/** The float32 behind these bits. */
export function fromBits(bits: number): number {
  words[0] = bits;
  return floats[0] as number;
}

/** The bits of a float32. */
export function toBits(value: number): number {
  floats[0] = value;
  return words[0] as number;
}

const of = (value: number, dtype: DType): Value => ({
  dtype,
  value: dtype === "float32" ? Math.fround(value) : dtype === "int32" ? value | 0 : Number(value !== 0),
});
const num = (lane: Lane): number => (lane as Value).value;

function same(...lanes: readonly Lane[]): DType {
  const [first] = lanes as [Lane];
  if (lanes.some((lane) => lane.dtype !== first.dtype))
    throw new TypeError(`lanes of ${lanes.map((lane) => lane.dtype).join(" and ")}`);
  return first.dtype;
}

const floatOnly = (f: (...values: number[]) => number): ((...lanes: Lane[]) => Lane) => {
  return (...lanes) => {
    if (same(...lanes) !== "float32") throw new TypeError("float32 only");
    return of(f(...lanes.map(num)), "float32");
  };
};
const numeric = (f: (...values: number[]) => number): ((...lanes: Lane[]) => Lane) => {
  return (...lanes) => {
    const dtype = same(...lanes);
    if (dtype === "bool") throw new TypeError("not of bool");
    return of(f(...lanes.map(num)), dtype);
  };
};
const rounded = (f: (value: number) => number): ((a: Lane) => Lane) => {
  return (a) => of(f(num(a)), a.dtype);
};
const compare = (f: (a: number, b: number) => boolean): ((a: Lane, b: Lane) => Lane) => {
  return (a, b) => {
    same(a, b);
    return of(Number(f(num(a), num(b))), "bool");
  };
};
const bitwise = (f: (a: number, b: number) => number): ((a: Lane, b: Lane) => Lane) => {
  return (a, b) => {
    const dtype = same(a, b);
    if (dtype === "float32") throw new TypeError("not of float32");
    return of(f(num(a), num(b)), dtype);
  };
};
const nearestEven = (x: number): number => {
  const low = Math.floor(x);
  if (!Number.isFinite(x) || low === x) return x;
  const rest = x - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
};
const shift = (f: (a: number, bits: number) => number): ((a: Lane, bits: number) => Lane) => {
  return (a, bits) => {
    if (a.dtype !== "int32") throw new TypeError("int32 only");
    return of(f(num(a), bits), "int32");
  };
};

/** `fused`: whether a multiply-add is rounded once. */
export const jsLanes = (fused: boolean): Lanes => ({
  constant: (value, dtype = "float32") => of(value, dtype),
  add: numeric((a, b) => (a as number) + (b as number)),
  sub: numeric((a, b) => (a as number) - (b as number)),
  mul(a, b) {
    const dtype = same(a, b);
    return of(dtype === "int32" ? Math.imul(num(a), num(b)) : num(a) * num(b), dtype);
  },
  div: floatOnly((a, b) => (a as number) / (b as number)),
  fma: floatOnly(
    (a, b, c) => (fused ? (a as number) * (b as number) : Math.fround((a as number) * (b as number))) + (c as number),
  ),
  min: (a, b) => of(Math.min(num(a), num(b)), same(a, b)),
  max: (a, b) => of(Math.max(num(a), num(b)), same(a, b)),
  neg: numeric((a) => -(a as number)),
  abs: numeric((a) => Math.abs(a as number)),
  sqrt: floatOnly((a) => Math.sqrt(a as number)),
  floor: rounded(Math.floor),
  ceil: rounded(Math.ceil),
  trunc: rounded(Math.trunc),
  nearest: rounded(nearestEven),
  eq: compare((a, b) => a === b),
  ne: compare((a, b) => a !== b),
  lt: compare((a, b) => a < b),
  le: compare((a, b) => a <= b),
  gt: compare((a, b) => a > b),
  ge: compare((a, b) => a >= b),
  and: bitwise((a, b) => a & b),
  or: bitwise((a, b) => a | b),
  xor: bitwise((a, b) => a ^ b),
  not: (a) => of(a.dtype === "bool" ? 1 - num(a) : ~num(a), a.dtype),
  shl: shift((a, bits) => a << bits),
  shr: shift((a, bits) => a >>> bits),
  sar: shift((a, bits) => a >> bits),
  select(condition, a, b) {
    if (condition.dtype !== "bool") throw new TypeError("a condition is bool");
    same(a, b);
    return num(condition) ? a : b;
  },
  convert(a, to) {
    if (to !== "int32" || a.dtype !== "float32") return of(num(a), to);
    return of(Math.min(Math.max(Math.trunc(num(a)), -0x80000000), 0x7fffffff) || 0, to);
  },
  bitcast: (a, to) => (a.dtype === to ? a : of(to === "int32" ? toBits(num(a)) : fromBits(num(a)), to)),
});

/** Applies lanes to numbers. */
export const lane = (value: number, dtype: DType = "float32"): Lane => of(value, dtype);
export const numberOf = (value: Lane): number => num(value);
