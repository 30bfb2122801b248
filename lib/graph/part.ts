// For whom a call is made: which layer, and which part of a step. Recorded with every call, and carried on to what computes it.

/** Which part of a step. */
export type Pass = "forward" | "backward" | "update";

/** Whose work a call is. */
export interface Part {
  /** The layer's name after those of the models around it ("base/conv2d"), "loss", "metrics", or "optimizer". */
  readonly place: string;
  readonly pass: Pass;
}

let present: Part | undefined;

/** Where a call that is recorded now belongs. */
export const presentPart = (): Part | undefined => present;

/** Calls that `make` records belong to `part`. It must not wait: others would be counted as well. */
export function within<T>(part: Part | undefined, make: () => T): T {
  const before = present;
  present = part;
  try {
    return make();
  } finally {
    present = before;
  }
}
