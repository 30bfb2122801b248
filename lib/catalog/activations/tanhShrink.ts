// x - tanh(x).

import type { ItemClass } from "../../graph/registry.js";
import { subtract } from "../ops/subtract.js";
import { tanh } from "../ops/tanh.js";
import { type Activation, defineActivation } from "./activation.js";

export const tanhShrinkActivation: ItemClass<Activation> = defineActivation({
  name: "tanh_shrink",
  config: {},
  apply: (x) => subtract(x, tanh(x)),
});
