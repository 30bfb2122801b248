// Shares that sum to 1 along an axis.

import type { ItemClass } from "../../graph/registry.js";
import { softmax } from "../ops/softmax.js";
import { type Activation, defineActivation } from "./activation.js";

export const softmaxActivation: ItemClass<Activation> = defineActivation({
  name: "softmax",
  config: { axis: -1 },
  apply: (x, { axis }) => softmax(x, { axis }),
});
