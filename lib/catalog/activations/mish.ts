// x·tanh(log(1 + eˣ)).

import type { ItemClass } from "../../graph/registry.js";
import { multiply } from "../ops/multiply.js";
import { softplus } from "../ops/softplus.js";
import { tanh } from "../ops/tanh.js";
import { type Activation, defineActivation } from "./activation.js";

export const mishActivation: ItemClass<Activation> = defineActivation({
  name: "mish",
  config: {},
  apply: (x) => multiply(x, tanh(softplus(x))),
});
