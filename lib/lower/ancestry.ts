// Which groups depend on which, kept while groups merge: two may run as one unless a third has to run between them.

import type { Call, Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";

interface Member {
  calls: readonly Call[];
}

export class Ancestry<G extends Member> {
  readonly #makerOf: (input: Tensor) => G | undefined;
  readonly #index = new Map<G, number>();
  /** Groups by number; undefined once merged into another. */
  readonly #groups: (G | undefined)[] = [];
  /** A row of bits by group: the groups that must have run before it. */
  readonly #before: Uint32Array[] = [];

  /** `makerOf` says which group, if any, makes the memory that a call reads. */
  constructor(makerOf: (input: Tensor) => G | undefined) {
    this.#makerOf = makerOf;
  }

  /** Takes down all groups, in an order in which inputs come first. */
  *record(groups: readonly G[]): Work<void> {
    for (const [i, own] of groups.entries()) {
      this.#index.set(own, i);
      this.#groups.push(own);
      const before = new Uint32Array(Math.ceil(groups.length / 32));
      for (const maker of this.#makers(own)) this.#include(before, this.#number(maker));
      this.#before.push(before);
      yield;
    }
  }

  /** Whether one of the two depends on the other through a third, so that they can't run as one. */
  detour(a: G, b: G): boolean {
    return this.#through(a, b) || this.#through(b, a);
  }

  /** To be called once the calls of `from` are among those of `into`. */
  merge(into: G, from: G): void {
    const [kept, gone] = [this.#number(into), this.#number(from)];
    this.#groups[gone] = undefined;
    const own = this.#before[kept] as Uint32Array;
    const others = this.#before[gone] as Uint32Array;
    for (let word = 0; word < own.length; word++) own[word] = (own[word] as number) | (others[word] as number);
    remove(own, kept);
    remove(own, gone);
    this.#groups.forEach((group, i) => {
      const before = this.#before[i] as Uint32Array;
      if (group && i !== kept && (has(before, kept) || has(before, gone))) this.#include(before, kept);
    });
  }

  #through(from: G, to: G): boolean {
    const wanted = this.#number(from);
    for (const maker of this.#makers(to))
      if (maker !== from && has(this.#before[this.#number(maker)] as Uint32Array, wanted)) return true;
    return false;
  }

  /** The groups that `own` reads from directly. */
  #makers(own: G): Set<G> {
    const makers = new Set<G>();
    for (const call of own.calls) {
      for (const input of call.inputs) {
        const maker = this.#makerOf(input);
        if (maker && maker !== own) makers.add(maker);
      }
    }
    return makers;
  }

  #number(group: G): number {
    return this.#index.get(group) as number;
  }

  #include(before: Uint32Array, group: number): void {
    const further = this.#before[group] as Uint32Array;
    for (let word = 0; word < before.length; word++)
      before[word] = (before[word] as number) | (further[word] as number);
    add(before, group);
  }
}

const has = (row: Uint32Array, bit: number): boolean => ((row[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;

function add(row: Uint32Array, bit: number): void {
  row[bit >>> 5] = (row[bit >>> 5] as number) | (1 << (bit & 31));
}

function remove(row: Uint32Array, bit: number): void {
  row[bit >>> 5] = (row[bit >>> 5] as number) & ~(1 << (bit & 31));
}
