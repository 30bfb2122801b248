// Shapes: lists of sizes, outermost first. `null` is a size known only when data arrives (the batch).

/** Sizes of a tensor's dimensions, outermost first; `null` where it is known only when data arrives. */
export type Shape = readonly (number | null)[];

/** Number of elements (1 for a scalar). */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** The shape that NumPy's rules broadcast both to, or null when they don't fit. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const left = a[a.length - i] ?? 1;
    const right = b[b.length - i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    out[rank - i] = left === 1 ? right : left;
  }
  return out;
}

/** `axis` counted from the front; negative counts from the back. Throws RangeError outside of the rank. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new RangeError(`axis ${axis} is out of range for a tensor of rank ${rank}`);
  }
  return normal;
}

export function shapesEqual(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** "[batch, 28, 28, 1]": null in front reads "batch", elsewhere "?". */
export function showShape(shape: Shape): string {
  return `[${shape.map((size, axis) => size ?? (axis === 0 ? "batch" : "?")).join(", ")}]`;
}
