// max(x, 0) + min(0, alpha·(exp(x / alpha) - 1)).

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { divide } from "../ops/divide.js";
import { expm1 } from "../ops/expm1.js";
import { minimum } from "../ops/minimum.js";
import { multiply } from "../ops/multiply.js";
import { relu } from "../ops/relu.js";
import { type Activation, defineActivation } from "./activation.js";

export const celuActivation: ItemClass<Activation> = defineActivation({
  name: "celu",
  config: { alpha: 1 },
  apply: (x, { alpha }) => add(relu(x), multiply(expm1(divide(minimum(x, 0), alpha)), alpha)),
});
