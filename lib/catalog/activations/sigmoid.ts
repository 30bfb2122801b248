// 1 / (1 + e⁻ˣ).

import type { ItemClass } from "../../graph/registry.js";
import { sigmoid } from "../ops/sigmoid.js";
import { type Activation, defineActivation } from "./activation.js";

export const sigmoidActivation: ItemClass<Activation> = defineActivation({
  name: "sigmoid",
  config: {},
  apply: (x) => sigmoid(x),
});
