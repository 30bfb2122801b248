// Logarithms of shares that sum to 1 along an axis.

import type { ItemClass } from "../../graph/registry.js";
import { logSoftmax } from "../ops/logSoftmax.js";
import { type Activation, defineActivation } from "./activation.js";

export const logSoftmaxActivation: ItemClass<Activation> = defineActivation({
  name: "log_softmax",
  config: { axis: -1 },
  apply: (x, { axis }) => logSoftmax(x, { axis }),
});
