// Where randomness begins: one base for the process, from which every weight's and every model's seed follows in order.

const state = { base: Math.floor(Math.random() * 2 ** 32), next: 0 };

/**
 * Fixes every random choice made from here on: fresh weights, shuffling, dropout.
 *
 * @example
 * setSeed(42); // weights, shuffling and dropout are the same in every run from here on
 */
export function setSeed(seed: number): void {
  state.base = seed >>> 0;
  state.next = 0;
}

/** The next seed: differs from all before it, and repeats after `setSeed`. */
export const nextSeed = (): number => mixSeed(state.base, state.next++);

/** One seed out of several numbers: well spread, the same everywhere. */
export function mixSeed(...numbers: readonly number[]): number {
  let seed = 0x9e3779b9;
  for (const number of numbers) {
    seed = Math.imul(seed ^ (number | 0), 0x85ebca6b);
    seed = Math.imul(seed ^ (seed >>> 13), 0xc2b2ae35);
    seed ^= seed >>> 16;
  }
  return seed >>> 0;
}
