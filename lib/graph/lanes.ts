// The small language in which kernels are written: vectors of W lanes and what can be done with them. An op
// describes its scalar meaning once, against this interface; an emitter (WebAssembly SIMD today, machine
// code later) turns the calls into instructions, and so never meets an op by name.

import type { DType } from "./dtype.js";

/** A vector of W lanes while a kernel is being written. May be used any number of times. */
export interface Lane {
  readonly dtype: DType;
}

/** Operations on vectors. Arithmetic takes operands of one dtype and dispatches on it; bool lanes are masks. */
export interface Lanes {
  /** The same number in every lane. */
  constant(value: number, dtype?: DType): Lane;
  add(a: Lane, b: Lane): Lane;
  sub(a: Lane, b: Lane): Lane;
  mul(a: Lane, b: Lane): Lane;
  /** float32 only. */
  div(a: Lane, b: Lane): Lane;
  /** a * b + c, rounded once where the machine can, twice elsewhere (float32 only). */
  fma(a: Lane, b: Lane, c: Lane): Lane;
  /** IEEE minimum and maximum: NaN wins, -0 < +0. */
  min(a: Lane, b: Lane): Lane;
  max(a: Lane, b: Lane): Lane;
  neg(a: Lane): Lane;
  abs(a: Lane): Lane;
  sqrt(a: Lane): Lane;
  floor(a: Lane): Lane;
  ceil(a: Lane): Lane;
  trunc(a: Lane): Lane;
  /** To the nearest integer, ties to even. */
  nearest(a: Lane): Lane;
  eq(a: Lane, b: Lane): Lane;
  ne(a: Lane, b: Lane): Lane;
  lt(a: Lane, b: Lane): Lane;
  le(a: Lane, b: Lane): Lane;
  gt(a: Lane, b: Lane): Lane;
  ge(a: Lane, b: Lane): Lane;
  /** Bitwise on int32, logical on bool. */
  and(a: Lane, b: Lane): Lane;
  or(a: Lane, b: Lane): Lane;
  xor(a: Lane, b: Lane): Lane;
  not(a: Lane): Lane;
  /** Shifts of int32 by a constant number of bits. `shr` fills with zeros, `sar` with the sign. */
  shl(a: Lane, bits: number): Lane;
  shr(a: Lane, bits: number): Lane;
  sar(a: Lane, bits: number): Lane;
  /** condition ? a : b in each lane. */
  select(condition: Lane, a: Lane, b: Lane): Lane;
  /** int32 → float32, bool → 0 or 1; float32 → int32 truncates and saturates, NaN → 0; number → bool is `!= 0`. */
  convert(a: Lane, to: DType): Lane;
  /** The same bits, read as another dtype (float32 ↔ int32). */
  bitcast(a: Lane, to: DType): Lane;
}
