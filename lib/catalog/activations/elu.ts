// x, and alpha·(eˣ - 1) below 0.

import type { ItemClass } from "../../graph/registry.js";
import { expm1 } from "../ops/expm1.js";
import { greater } from "../ops/greater.js";
import { minimum } from "../ops/minimum.js";
import { multiply } from "../ops/multiply.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const eluActivation: ItemClass<Activation> = defineActivation({
  name: "elu",
  config: { alpha: 1 },
  apply: (x, { alpha }) => where(greater(x, 0), x, multiply(expm1(minimum(x, 0)), alpha)),
});
