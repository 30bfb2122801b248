// Hyperbolic tangent.

import type { ItemClass } from "../../graph/registry.js";
import { tanh } from "../ops/tanh.js";
import { type Activation, defineActivation } from "./activation.js";

export const tanhActivation: ItemClass<Activation> = defineActivation({
  name: "tanh",
  config: {},
  apply: (x) => tanh(x),
});
