// The vectors of a function's body: SIMD instructions, constants, loads, stores and lanes that change. Every value lands in a local of
// its own. Knows the layout of dtypes in memory (truths are 0 and 1 there, masks in registers), and nothing of arithmetic.

import type { DType } from "../../graph/dtype.js";
import type { Lane } from "../../graph/lanes.js";
import { Code, type Int, type IntValue, type } from "./code.js";
import type { Machine } from "./family.js";

/** A vector in a local. `known`: the number in every lane, when it is a constant. */
export interface Value extends Lane {
  readonly local: number;
  readonly known?: number;
}

const v128 = { load: 0x00, splat: 0x09, store: 0x0b, constant: 0x0c, shuffle: 0x0d, and: 0x4e };
const notEqual = 0x38;
const lane32 = { load: 0x56, store: 0x5a, store64: 0x5b, loadZero: 0x5c, load64Zero: 0x5d };
export class Vectors extends Code {
  readonly machine: Machine;
  private readonly constants = new Map<string, Value>();

  constructor(parameters: number, machine: Machine) {
    super(parameters);
    this.machine = machine;
  }

  // Instructions.

  protected simd(opcode: number): void {
    this.out.byte(0xfd);
    this.out.unsigned(opcode);
  }

  protected result(dtype: DType): Value {
    const local = this.fresh(type.v128);
    this.set(local);
    return { dtype, local };
  }

  protected apply(opcode: number, dtype: DType, ...args: readonly Lane[]): Value {
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
    return this.apply(notEqual, "bool", this.result("int32"), this.constant(0, "int32"));
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
    return value.dtype === "bool" ? this.apply(v128.and, "int32", value, this.constant(1, "int32")) : value;
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

  constant(value: number, dtype: DType = "float32"): Value {
    const bits = dtype === "bool" ? (value ? -1 : 0) : value;
    return this.literal(dtype, new Array<number>(this.machine.lanes).fill(bits));
  }
}
