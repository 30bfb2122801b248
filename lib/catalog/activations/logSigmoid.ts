// log(sigmoid(x)), without underflow.

import type { ItemClass } from "../../graph/registry.js";
import { negative } from "../ops/negative.js";
import { softplus } from "../ops/softplus.js";
import { type Activation, defineActivation } from "./activation.js";

export const logSigmoidActivation: ItemClass<Activation> = defineActivation({
  name: "log_sigmoid",
  config: {},
  apply: (x) => negative(softplus(negative(x))),
});
