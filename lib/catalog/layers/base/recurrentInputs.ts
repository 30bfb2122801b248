// What a recurrent layer is called with besides its input: masks and first states, brought into one form or refused.

import { ShapeError, ValueError } from "../../../graph/errors.js";
import { shapesEqual, showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { any, cast } from "../../ops/index.js";

/** Who refuses, in the words of its user. */
interface Described {
  describe(): string;
}

/**
 * The mask of the steps, [batch, steps] of bool. A mask that says more (words of sentences) has a real step wherever anything in it is
 * real, as in Keras. Raises ShapeError when it isn't a mask of these steps.
 */
export function maskOfSteps(
  layer: Described,
  mask: Tensor | undefined,
  [batch, steps]: readonly number[],
): Tensor | undefined {
  if (!mask) return undefined;
  if (mask.rank < 2 || mask.shape[0] !== batch || mask.shape[1] !== steps) {
    throw new ShapeError(
      `${layer.describe()} expects a mask [batch, ${steps}], one entry for each step, received ${showMask(mask)}`,
    );
  }
  const axis = Array.from({ length: mask.rank - 2 }, (_, i) => i + 2);
  return axis.length > 0 ? any(mask, { axis }) : cast(mask, "bool");
}

/** Batches are tried sizes while shapes are inferred: never show them. */
const showMask = (mask: Tensor): string => showShape([null, ...mask.shape.slice(1)]);

/** The states that a call starts from, if it was given some. Raises ValueError for their number, ShapeError for their shapes. */
export function givenStates(
  layer: Described,
  given: Tensor | readonly Tensor[] | undefined,
  count: number,
  shape: readonly number[],
): readonly Tensor[] | null {
  if (given === undefined || given === null) return null;
  const states = [given].flat() as Tensor[];
  if (states.length !== count)
    throw new ValueError(
      `${layer.describe()} has ${count} state${count === 1 ? "" : "s"}, received ${states.length} in initialState`,
    );
  for (const state of states) {
    if (shapesEqual(state.shape, shape)) continue;
    throw new ShapeError(
      `${layer.describe()} expects states [batch, ${shape[1]}] in initialState, received ${showMask(state)}`,
    );
  }
  return states;
}
