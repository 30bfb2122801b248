// log(1 + eˣ).

import type { ItemClass } from "../../graph/registry.js";
import { softplus } from "../ops/softplus.js";
import { type Activation, defineActivation } from "./activation.js";

export const softplusActivation: ItemClass<Activation> = defineActivation({
  name: "softplus",
  config: {},
  apply: (x) => softplus(x),
});
