// eˣ.

import type { ItemClass } from "../../graph/registry.js";
import { exp } from "../ops/exp.js";
import { type Activation, defineActivation } from "./activation.js";

export const exponentialActivation: ItemClass<Activation> = defineActivation({
  name: "exponential",
  config: {},
  apply: (x) => exp(x),
});
