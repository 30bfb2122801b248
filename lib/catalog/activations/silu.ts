// x·sigmoid(x).

import type { ItemClass } from "../../graph/registry.js";
import { multiply } from "../ops/multiply.js";
import { sigmoid } from "../ops/sigmoid.js";
import { type Activation, defineActivation } from "./activation.js";

export const siluActivation: ItemClass<Activation> = defineActivation({
  name: "silu",
  aliases: ["swish"],
  config: {},
  apply: (x) => multiply(x, sigmoid(x)),
});
