// x, and alpha·(exp(x / alpha) - 1) up to 0: an elu whose slope is smooth for any alpha (Barron, 2017).

import type { ItemClass } from "../../graph/registry.js";
import { divide } from "../ops/divide.js";
import { expm1 } from "../ops/expm1.js";
import { multiply } from "../ops/multiply.js";
import { type Activation, defineActivation } from "./activation.js";
import { aboveOr } from "./elu.js";

export const celuActivation: ItemClass<Activation> = defineActivation({
  name: "celu",
  config: { alpha: 1 },
  apply: (x, { alpha }) => aboveOr(x, (low) => multiply(expm1(divide(low, alpha)), alpha)),
});
