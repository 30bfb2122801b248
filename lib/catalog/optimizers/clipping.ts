// Keeping gradients within bounds: by element, by weight, or all together.

import type { Tensor } from "../../graph/tensor.js";
import { add, clip, divide, maximum, minimum, multiply, sqrt, square, subtract, sum } from "../ops/index.js";

export interface Bounds {
  readonly clipnorm: number | null;
  readonly globalClipnorm: number | null;
  readonly clipvalue: number | null;
}

const squares = (x: Tensor): Tensor => sum(square(x));

/** The gradients within `bounds`, at most one of which is set. */
export function clipGradients(
  grads: readonly Tensor[],
  { clipnorm, globalClipnorm, clipvalue }: Bounds,
): readonly Tensor[] {
  if (clipnorm !== null && clipnorm > 0) {
    return grads.map((grad) => multiply(grad, divide(clipnorm, maximum(sqrt(squares(grad)), clipnorm))));
  }
  if (globalClipnorm !== null && globalClipnorm > 0 && grads.length > 0) {
    const norm = sqrt(grads.map(squares).reduce((a, b) => add(a, b)));
    const factor = multiply(globalClipnorm, minimum(divide(1, norm), 1 / globalClipnorm));
    // Infinite gradients give NaN rather than 0, so that they are noticed.
    const scale = add(factor, subtract(norm, norm));
    return grads.map((grad) => multiply(grad, scale));
  }
  if (clipvalue !== null && clipvalue > 0) return grads.map((grad) => clip(grad, -clipvalue, clipvalue));
  return grads;
}
