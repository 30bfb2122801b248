// The body of one WebAssembly function while it is being written: locals, int32 arithmetic, loops and branches.
// Calls append instructions; `body()` gives the bytes. Constants fold, so kernels may compute with numbers and variables alike.

import { Bytes } from "./bytes.js";

/** An int32 variable of the function. */
export interface Int {
  readonly local: number;
}

/** An int32 that is known now, or a variable that holds it at run time. */
export type IntValue = Int | number;

export const type = { i32: 0x7f, v128: 0x7b } as const;
type ValueType = (typeof type)[keyof typeof type];

const localGet = 0x20;
const localSet = 0x21;
const localTee = 0x22;

export class Code {
  protected readonly out: Bytes = new Bytes();
  /** Runs once, before everything else: constants live here, since engines do not move them out of loops. */
  protected readonly prologue: Bytes = new Bytes();
  private readonly parameters: number;
  private readonly localTypes: ValueType[] = [];
  private readonly free: Record<ValueType, number[]> = { [type.i32]: [], [type.v128]: [] };
  private scope: { local: number; type: ValueType }[] | null = null;
  private lastSet = { local: -1, start: 0, end: -1 };

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  parameter(index: number): Int {
    return { local: index };
  }

  // Locals. Those made in a scope (a loop's body, a branch) are used again after its end: fewer locals, faster compilation.

  protected fresh(kind: ValueType): number {
    const used = this.scope ? this.free[kind].pop() : undefined;
    const local = used ?? this.permanent(kind);
    this.scope?.push({ local, type: kind });
    return local;
  }

  /** A local that is never used for anything else. */
  protected permanent(kind: ValueType): number {
    this.localTypes.push(kind);
    return this.parameters + this.localTypes.length - 1;
  }

  /** Variables that `body` makes are gone after it. */
  scoped(body: () => void): void {
    const outer = this.scope;
    this.scope = [];
    body();
    for (const { local, type: kind } of this.scope) this.free[kind].push(local);
    this.scope = outer;
  }

  protected get(local: number): void {
    const { lastSet, out } = this;
    if (lastSet.end === out.length && lastSet.local === local) {
      out.patch(lastSet.start, localTee);
      lastSet.end = -1;
      return;
    }
    out.byte(localGet);
    out.unsigned(local);
  }

  protected set(local: number): void {
    const start = this.out.length;
    this.out.byte(localSet);
    this.out.unsigned(local);
    this.lastSet = { local, start, end: this.out.length };
  }

  // Int32 arithmetic.

  protected push(value: IntValue): void {
    if (typeof value === "number") {
      this.out.byte(0x41);
      this.out.signed(value);
    } else this.get(value.local);
  }

  /** A variable, which `assign` may change. */
  int(value: IntValue = 0): Int {
    const variable = { local: this.fresh(type.i32) };
    this.assign(variable, value);
    return variable;
  }

  assign(variable: Int, value: IntValue): void {
    this.push(value);
    this.set(variable.local);
  }

  /** variable += value, in place. */
  advance(variable: Int, value: IntValue): void {
    if (value === 0) return;
    this.push(variable);
    this.push(value);
    this.out.byte(0x6a);
    this.set(variable.local);
  }

  private binary(opcode: number, a: IntValue, b: IntValue): Int {
    this.push(a);
    this.push(b);
    this.out.byte(opcode);
    const result = { local: this.fresh(type.i32) };
    this.set(result.local);
    return result;
  }

  plus(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return (a + b) | 0;
    if (a === 0) return b;
    if (b === 0) return a;
    return this.binary(0x6a, a, b);
  }

  minus(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return (a - b) | 0;
    return b === 0 ? a : this.binary(0x6b, a, b);
  }

  times(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return Math.imul(a, b);
    if (a === 0 || b === 0) return 0;
    if (a === 1) return b;
    return b === 1 ? a : this.binary(0x6c, a, b);
  }

  /** Of numbers that are not negative, rounded down. */
  dividedBy(a: IntValue, b: number): IntValue {
    if (typeof a === "number") return Math.floor(a / b);
    return b === 1 ? a : this.binary(0x6e, a, b);
  }

  /** Of numbers that are not negative. */
  remainder(a: IntValue, b: number): IntValue {
    if (typeof a === "number") return a % b;
    return b === 1 ? 0 : this.binary(0x70, a, b);
  }

  less(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return a < b ? 1 : 0;
    return this.binary(0x48, a, b);
  }

  /** Both read as unsigned. */
  below(a: IntValue, b: IntValue): IntValue {
    return this.binary(0x49, a, b);
  }

  equal(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return a === b ? 1 : 0;
    return this.binary(0x46, a, b);
  }

  either(condition: IntValue, a: IntValue, b: IntValue): IntValue {
    if (typeof condition === "number") return condition ? a : b;
    this.push(a);
    this.push(b);
    this.push(condition);
    this.out.byte(0x1b);
    const result = { local: this.fresh(type.i32) };
    this.set(result.local);
    return result;
  }

  lesser(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return Math.min(a, b);
    return this.either(this.less(a, b), a, b);
  }

  greater(a: IntValue, b: IntValue): IntValue {
    if (typeof a === "number" && typeof b === "number") return Math.max(a, b);
    return this.either(this.less(a, b), b, a);
  }

  // Control.

  when(condition: IntValue, then: () => void, otherwise?: () => void): void {
    if (typeof condition === "number") {
      const taken = condition ? then : otherwise;
      if (taken) this.scoped(taken);
      return;
    }
    this.push(condition);
    this.out.byte(0x04);
    this.out.byte(0x40);
    this.scoped(then);
    if (otherwise) {
      this.out.byte(0x05);
      this.scoped(otherwise);
    }
    this.out.byte(0x0b);
  }

  /** for (i = from; i < to; i += step). `to` must not change meanwhile; the body may read i. */
  loop(from: IntValue, to: IntValue, step: number, body: (index: Int) => void): void {
    if (typeof from === "number" && typeof to === "number" && from >= to) return;
    const sure = typeof from === "number" && typeof to === "number";
    this.scoped(() => {
      const index = this.int(from);
      if (!sure) {
        this.out.byte(0x02);
        this.out.byte(0x40);
        this.push(index);
        this.push(to);
        this.out.byte(0x4e); // i32.ge_s
        this.out.byte(0x0d);
        this.out.unsigned(0);
      }
      this.out.byte(0x03);
      this.out.byte(0x40);
      this.scoped(() => body(index));
      this.advance(index, step);
      this.push(index);
      this.push(to);
      this.out.byte(0x48); // i32.lt_s
      this.out.byte(0x0d);
      this.out.unsigned(0);
      this.out.byte(0x0b);
      if (!sure) this.out.byte(0x0b);
    });
  }

  /** Like `loop`, but a range that is known to run once needs no loop. */
  each(from: IntValue, to: IntValue, step: number, body: (index: IntValue) => void): void {
    if (typeof from === "number" && typeof to === "number" && to - from <= step) {
      if (from < to) this.scoped(() => body(from));
    } else this.loop(from, to, step, body);
  }

  /**
   * Writes `count` stages of straight code so that the engine does not mix them: between two of them it could leave, for all it
   * knows. (V8 puts all loads of a block before its arithmetic, which spills registers.)
   */
  stages(count: number, body: (stage: number) => void): void {
    this.out.byte(0x02);
    this.out.byte(0x40);
    for (let stage = 0; stage < count; stage++) {
      body(stage);
      if (stage === count - 1) break;
      // `end` is never negative.
      this.push(this.parameter(1));
      this.push(-1 - stage);
      this.out.byte(0x46);
      this.out.byte(0x0d);
      this.out.unsigned(0);
    }
    this.out.byte(0x0b);
  }

  /** The function's body as the code section holds it: locals, instructions, end. */
  body(): Uint8Array {
    const bytes = new Bytes();
    const runs: { count: number; type: ValueType }[] = [];
    for (const kind of this.localTypes) {
      const last = runs.at(-1);
      if (last?.type === kind) last.count += 1;
      else runs.push({ count: 1, type: kind });
    }
    bytes.unsigned(runs.length);
    for (const run of runs) {
      bytes.unsigned(run.count);
      bytes.byte(run.type);
    }
    bytes.append(this.prologue.finish());
    bytes.append(this.out.finish());
    bytes.byte(0x0b);
    return bytes.finish();
  }
}
