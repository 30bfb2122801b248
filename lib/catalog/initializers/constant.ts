// The same number everywhere.

import { ValueError } from "../../graph/errors.js";
import type { Initializer } from "../../graph/weight.js";
import { filledWith } from "../fill.js";

/** Every element 0. */
export const zeros = (): Initializer => filledWith(0);

/** Every element 1. */
export const ones = (): Initializer => ({ ...filledWith(1), className: "Ones", getConfig: () => ({}) });

/** Every element `value` (0). Raises ValueError when that is no number. */
export function constant(value = 0): Initializer {
  if (typeof value !== "number")
    throw new ValueError(`Constant: value must be a number, received ${JSON.stringify(value)}`, {
      hint: "for other values in every place give a function of the shape that makes a tensor",
    });
  return { ...filledWith(value), className: "Constant", getConfig: () => ({ value }) };
}
