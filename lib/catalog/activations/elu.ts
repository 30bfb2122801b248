// x, and alpha·(eˣ - 1) up to 0.

import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { expm1 } from "../ops/expm1.js";
import { greater } from "../ops/greater.js";
import { multiply } from "../ops/multiply.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

/** x above 0, `below` of it elsewhere; what is above can't make `below` overflow. */
export function aboveOr(x: Tensor, below: (x: Tensor) => Tensor): Tensor {
  const isAbove = greater(x, 0);
  return where(isAbove, x, below(where(isAbove, 0, x)));
}

export const eluActivation: ItemClass<Activation> = defineActivation({
  name: "elu",
  config: { alpha: 1 },
  apply: (x, { alpha }) => aboveOr(x, (low) => multiply(expm1(low), alpha)),
});
