// Writes one kernel as WebAssembly SIMD128 instructions. Implements the language of ops, `Lanes`, so that an op's `emit` writes
// straight into the function; loops, loads and stores come from below (code.ts, vectors.ts).

import type { DType } from "../../graph/dtype.js";
import type { Lane, Lanes } from "../../graph/lanes.js";
import type { Op } from "../../graph/op.js";
import type { Machine } from "./family.js";
import { type Value, Vectors } from "./vectors.js";

export type { Value } from "./vectors.js";

const bitwise = { not: 0x4d, and: 0x4e, or: 0x50, xor: 0x51 };
const bitselect = 0x52;
const relaxedLaneselect = 0x10b;
const relaxedMultiplyAdd = 0x105;

const float = { add: 0xe4, sub: 0xe5, mul: 0xe6, min: 0xe8, max: 0xe9, neg: 0xe1, abs: 0xe0 };
const int = { add: 0xae, sub: 0xb1, mul: 0xb5, min: 0xb6, max: 0xb8, neg: 0xa1, abs: 0xa0 };
const compareFloat = { eq: 0x41, ne: 0x42, lt: 0x43, gt: 0x44, le: 0x45, ge: 0x46 };
const compareInt = { eq: 0x37, ne: 0x38, lt: 0x39, gt: 0x3b, le: 0x3d, ge: 0x3f };

export class Assembler extends Vectors implements Lanes {
  /** The catalog, for expressions. */
  readonly lookup: (name: string) => Op;

  constructor(parameters: number, machine: Machine, lookup: (name: string) => Op) {
    super(parameters, machine);
    this.lookup = lookup;
  }

  private arithmetic(name: keyof typeof float, a: Lane, ...rest: Lane[]): Lane {
    return this.apply(a.dtype === "float32" ? float[name] : int[name], a.dtype, a, ...rest);
  }

  add(a: Lane, b: Lane): Lane {
    return this.arithmetic("add", a, b);
  }

  sub(a: Lane, b: Lane): Lane {
    return this.arithmetic("sub", a, b);
  }

  mul(a: Lane, b: Lane): Lane {
    return this.arithmetic("mul", a, b);
  }

  div(a: Lane, b: Lane): Lane {
    return this.apply(0xe7, "float32", a, b);
  }

  fma(a: Lane, b: Lane, c: Lane): Lane {
    return this.machine.fma ? this.apply(relaxedMultiplyAdd, "float32", a, b, c) : this.add(this.mul(a, b), c);
  }

  /**
   * With a constant that is not NaN, one comparing instruction does what IEEE's minimum needs seven for: it gives its first
   * operand when in doubt, and that is where NaN is. Only max(-0, 0) needs more: adding +0 turns -0 into it.
   */
  private extreme(name: "min" | "max", a: Lane, b: Lane): Lane {
    if (a.dtype === "bool") return name === "min" ? this.and(a, b) : this.or(a, b);
    if (a.dtype === "float32") {
      const [value, bound] = (a as Value).known === undefined ? [a, b] : [b, a];
      const known = (bound as Value).known;
      if (known !== undefined && !Number.isNaN(known) && (known !== 0 || Object.is(known, 0))) {
        const picked = this.apply(name === "min" ? 0xea : 0xeb, "float32", value, bound);
        return known === 0 && name === "max" ? this.add(picked, bound) : picked;
      }
    }
    return this.arithmetic(name, a, b);
  }

  min(a: Lane, b: Lane): Lane {
    return this.extreme("min", a, b);
  }

  max(a: Lane, b: Lane): Lane {
    return this.extreme("max", a, b);
  }

  neg(a: Lane): Lane {
    return this.arithmetic("neg", a);
  }

  abs(a: Lane): Lane {
    return this.arithmetic("abs", a);
  }

  sqrt(a: Lane): Lane {
    return this.apply(0xe3, "float32", a);
  }

  private rounded(opcode: number, a: Lane): Lane {
    return a.dtype === "float32" ? this.apply(opcode, "float32", a) : a;
  }

  floor(a: Lane): Lane {
    return this.rounded(0x68, a);
  }

  ceil(a: Lane): Lane {
    return this.rounded(0x67, a);
  }

  trunc(a: Lane): Lane {
    return this.rounded(0x69, a);
  }

  nearest(a: Lane): Lane {
    return this.rounded(0x6a, a);
  }

  private compare(name: keyof typeof compareFloat, a: Lane, b: Lane): Lane {
    return this.apply((a.dtype === "float32" ? compareFloat : compareInt)[name], "bool", a, b);
  }

  eq(a: Lane, b: Lane): Lane {
    return this.compare("eq", a, b);
  }

  ne(a: Lane, b: Lane): Lane {
    return this.compare("ne", a, b);
  }

  // As integers true is -1, so the order of masks is the opposite of the order of truths.
  lt(a: Lane, b: Lane): Lane {
    return this.compare(a.dtype === "bool" ? "gt" : "lt", a, b);
  }

  le(a: Lane, b: Lane): Lane {
    return this.compare(a.dtype === "bool" ? "ge" : "le", a, b);
  }

  gt(a: Lane, b: Lane): Lane {
    return this.compare(a.dtype === "bool" ? "lt" : "gt", a, b);
  }

  ge(a: Lane, b: Lane): Lane {
    return this.compare(a.dtype === "bool" ? "le" : "ge", a, b);
  }

  and(a: Lane, b: Lane): Lane {
    return this.apply(bitwise.and, a.dtype, a, b);
  }

  or(a: Lane, b: Lane): Lane {
    return this.apply(bitwise.or, a.dtype, a, b);
  }

  xor(a: Lane, b: Lane): Lane {
    return this.apply(bitwise.xor, a.dtype, a, b);
  }

  not(a: Lane): Lane {
    return this.apply(bitwise.not, a.dtype, a);
  }

  private shift(opcode: number, a: Lane, bits: number): Lane {
    this.get((a as Value).local);
    this.push(bits);
    this.simd(opcode);
    return this.result(a.dtype);
  }

  shl(a: Lane, bits: number): Lane {
    return this.shift(0xab, a, bits);
  }

  shr(a: Lane, bits: number): Lane {
    return this.shift(0xad, a, bits);
  }

  sar(a: Lane, bits: number): Lane {
    return this.shift(0xac, a, bits);
  }

  select(condition: Lane, a: Lane, b: Lane): Lane {
    return this.apply(this.machine.fma ? relaxedLaneselect : bitselect, a.dtype, a, b, condition);
  }

  convert(a: Lane, to: DType): Lane {
    if (a.dtype === to) return a;
    if (to === "bool") return this.ne(a, this.constant(0, a.dtype));
    if (a.dtype === "bool") return this.and(this.bitcast(a, to), this.constant(1, to));
    return this.apply(to === "float32" ? 0xfa : 0xf8, to, a);
  }

  bitcast(a: Lane, to: DType): Lane {
    return { dtype: to, local: (a as Value).local } as Value;
  }
}
