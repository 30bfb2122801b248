// x, and a share of it below 0.

import type { ItemClass } from "../../graph/registry.js";
import { greaterEqual } from "../ops/greaterEqual.js";
import { multiply } from "../ops/multiply.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const leakyReluActivation: ItemClass<Activation> = defineActivation({
  name: "leaky_relu",
  config: { negative_slope: 0.2 },
  apply: (x, { negative_slope }) => where(greaterEqual(x, 0), x, multiply(x, negative_slope)),
});
