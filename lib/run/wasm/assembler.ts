// Writes one kernel as WebAssembly SIMD128 instructions: the vector half of a function's body. Implements `Lanes`, so an op's
// `emit` writes straight into it; kernels add loads, stores and accumulators. Every value lands in a local of its own.

import type { DType } from "../../graph/dtype.js";
import type { Lane, Lanes } from "../../graph/lanes.js";
import type { Op } from "../../graph/op.js";
import { Code, type Int, type IntValue, type } from "./code.js";
import type { Machine } from "./family.js";

/** A vector in a local. `known`: the number in every lane, when it is a constant. */
export interface Value extends Lane {
  readonly local: number;
  readonly known?: number;
}

const v128 = {
  load: 0x00,
  splat: 0x09,
  store: 0x0b,
  constant: 0x0c,
  shuffle: 0x0d,
  not: 0x4d,
  and: 0x4e,
  or: 0x50,
  xor: 0x51,
};
const lane32 = { load: 0x56, store: 0x5a, store64: 0x5b, loadZero: 0x5c, load64Zero: 0x5d };
const bitselect = 0x52;
const relaxedLaneselect = 0x10b;
const relaxedMultiplyAdd = 0x105;

const float = { add: 0xe4, sub: 0xe5, mul: 0xe6, min: 0xe8, max: 0xe9, neg: 0xe1, abs: 0xe0 };
const int = { add: 0xae, sub: 0xb1, mul: 0xb5, min: 0xb6, max: 0xb8, neg: 0xa1, abs: 0xa0 };
const compareFloat = { eq: 0x41, ne: 0x42, lt: 0x43, gt: 0x44, le: 0x45, ge: 0x46 };
const compareInt = { eq: 0x37, ne: 0x38, lt: 0x39, gt: 0x3b, le: 0x3d, ge: 0x3f };

export class Assembler extends Code implements Lanes {
  readonly machine: Machine;
  /** The catalog, for expressions. */
  readonly lookup: (name: string) => Op;
  private readonly constants = new Map<string, Value>();

  constructor(parameters: number, machine: Machine, lookup: (name: string) => Op) {
    super(parameters);
    this.machine = machine;
    this.lookup = lookup;
  }

  // Instructions.

  private simd(opcode: number): void {
    this.out.byte(0xfd);
    this.out.unsigned(opcode);
  }

  private result(dtype: DType): Value {
    const local = this.fresh(type.v128);
    this.set(local);
    return { dtype, local };
  }

  private apply(opcode: number, dtype: DType, ...args: readonly Lane[]): Value {
    for (const arg of args) this.get((arg as Value).local);
    this.simd(opcode);
    return this.result(dtype);
  }

  // Memory. Addresses are in bytes; offsets may be negative.

  private address(address: IntValue, offset: number): number {
    this.push(address);
    if (offset >= 0) return offset;
    this.push(offset);
    this.out.byte(0x6a);
    return 0;
  }

  private memory(opcode: number, offset: number): void {
    this.simd(opcode);
    this.out.unsigned(2);
    this.out.unsigned(offset);
  }

  private loaded(dtype: DType): Value {
    if (dtype !== "bool") return this.result(dtype);
    return this.apply(compareInt.ne, "bool", this.result("int32"), this.constant(0, "int32"));
  }

  /** W neighbours. */
  load(dtype: DType, address: IntValue, offset = 0): Value {
    this.memory(v128.load, this.address(address, offset));
    return this.loaded(dtype);
  }

  /** One element in all lanes. */
  loadSplat(dtype: DType, address: IntValue, offset = 0): Value {
    this.memory(v128.splat, this.address(address, offset));
    return this.loaded(dtype);
  }

  /** `count` elements, `stride` elements apart, in the first lanes; reads nothing else. The other lanes are zero. */
  loadLanes(dtype: DType, address: IntValue, offset: number, stride: number, count: number): Value {
    const { lanes } = this.machine;
    if (stride === 0) return this.loadSplat(dtype, address, offset);
    if (stride === 1 && count === lanes) return this.load(dtype, address, offset);
    const pairs = stride === 1 && count >= 2;
    this.memory(pairs ? lane32.load64Zero : lane32.loadZero, this.address(address, offset));
    for (let lane = pairs ? 2 : 1; lane < count; lane++) {
      const raw = this.result("int32");
      const at = this.address(address, offset + lane * stride * 4);
      this.get(raw.local);
      this.memory(lane32.load, at);
      this.out.byte(lane);
    }
    return this.loaded(dtype);
  }

  /** Elements at addresses of their own, one per lane. */
  loadGathered(dtype: DType, addresses: readonly IntValue[]): Value {
    this.memory(lane32.loadZero, this.address(addresses[0] ?? 0, 0));
    for (let lane = 1; lane < addresses.length; lane++) {
      const raw = this.result("int32");
      this.push(addresses[lane] ?? 0);
      this.get(raw.local);
      this.memory(lane32.load, 0);
      this.out.byte(lane);
    }
    return this.loaded(dtype);
  }

  private stored(value: Lane): Lane {
    return value.dtype === "bool" ? this.convert(value, "int32") : value;
  }

  store(value: Lane, address: IntValue, offset = 0): void {
    const raw = this.stored(value) as Value;
    const at = this.address(address, offset);
    this.get(raw.local);
    this.memory(v128.store, at);
  }

  /** The first `count` lanes, `stride` elements apart; touches nothing else. */
  storeLanes(value: Lane, address: IntValue, offset: number, stride: number, count: number): void {
    if (stride === 1 && count === this.machine.lanes) {
      this.store(value, address, offset);
      return;
    }
    const raw = this.stored(value) as Value;
    for (let lane = 0; lane < count; ) {
      const pair = stride === 1 && count - lane >= 2;
      const at = this.address(address, offset + lane * stride * 4);
      this.get(raw.local);
      this.memory(pair ? lane32.store64 : lane32.store, at);
      this.out.byte(pair ? lane / 2 : lane);
      lane += pair ? 2 : 1;
    }
  }

  storeGathered(value: Lane, addresses: readonly IntValue[]): void {
    const raw = this.stored(value) as Value;
    addresses.forEach((address, lane) => {
      this.push(address);
      this.get(raw.local);
      this.memory(lane32.store, 0);
      this.out.byte(lane);
    });
  }

  loadInt(address: IntValue, offset = 0): Int {
    const at = this.address(address, offset);
    this.out.byte(0x28);
    this.out.unsigned(2);
    this.out.unsigned(at);
    const local = this.fresh(type.i32);
    this.set(local);
    return { local };
  }

  storeInt(value: IntValue, address: IntValue, offset = 0): void {
    const at = this.address(address, offset);
    this.push(value);
    this.out.byte(0x36);
    this.out.unsigned(2);
    this.out.unsigned(at);
  }

  /** Zeroes a run of memory. */
  clear(address: IntValue, bytes: IntValue): void {
    this.push(address);
    this.push(0);
    this.push(bytes);
    for (const byte of [0xfc, 0x0b, 0x00]) this.out.byte(byte);
  }

  // Lanes that change, and lanes among themselves.

  /** A variable that starts as `value`. */
  variable(value: Lane): Value {
    const local = this.fresh(type.v128);
    this.get((value as Value).local);
    this.set(local);
    return { dtype: value.dtype, local };
  }

  update(variable: Value, value: Lane): void {
    this.get((value as Value).local);
    this.set(variable.local);
  }

  /** An int32 in all lanes. */
  broadcast(value: IntValue): Value {
    if (typeof value === "number") return this.constant(value, "int32");
    this.push(value);
    this.simd(0x11);
    return this.result("int32");
  }

  /** start, start + step, start + 2·step, … in the lanes. */
  ramp(start: number, step: number): Value {
    return this.literal(
      "int32",
      Array.from({ length: this.machine.lanes }, (_, lane) => start + lane * step),
    );
  }

  /** A mask of the first `count` lanes. */
  firstLanes(count: number): Value {
    return this.literal(
      "bool",
      Array.from({ length: this.machine.lanes }, (_, lane) => (lane < count ? -1 : 0)),
    );
  }

  /** Lanes picked from `a` (0…W-1) and `b` (W…2W-1). */
  shuffle(a: Lane, b: Lane, picks: readonly number[]): Value {
    this.get((a as Value).local);
    this.get((b as Value).local);
    this.simd(v128.shuffle);
    for (const pick of picks) for (let byte = 0; byte < 4; byte++) this.out.byte(pick * 4 + byte);
    return this.result(a.dtype);
  }

  private literal(dtype: DType, lanes: readonly number[]): Value {
    const bits = new DataView(new ArrayBuffer(4 * lanes.length));
    lanes.forEach((value, lane) => {
      if (dtype === "float32") bits.setFloat32(lane * 4, value, true);
      else bits.setInt32(lane * 4, value, true);
    });
    const words = lanes.map((_, lane) => bits.getInt32(lane * 4, true));
    const key = `${dtype}:${words.join()}`;
    let value = this.constants.get(key);
    if (!value) {
      const local = this.permanent(type.v128);
      this.prologue.byte(0xfd);
      this.prologue.unsigned(v128.constant);
      this.prologue.append(new Uint8Array(bits.buffer));
      this.prologue.byte(0x21);
      this.prologue.unsigned(local);
      const same = words.every((word) => word === words[0]);
      value = { dtype, local, ...(same && dtype !== "bool" ? { known: lanes[0] ?? 0 } : {}) };
      this.constants.set(key, value);
    }
    return value;
  }

  // The language of ops.

  constant(value: number, dtype: DType = "float32"): Value {
    const bits = dtype === "bool" ? (value ? -1 : 0) : value;
    return this.literal(dtype, new Array<number>(this.machine.lanes).fill(bits));
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
    return this.apply(v128.and, a.dtype, a, b);
  }

  or(a: Lane, b: Lane): Lane {
    return this.apply(v128.or, a.dtype, a, b);
  }

  xor(a: Lane, b: Lane): Lane {
    return this.apply(v128.xor, a.dtype, a, b);
  }

  not(a: Lane): Lane {
    return this.apply(v128.not, a.dtype, a);
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
