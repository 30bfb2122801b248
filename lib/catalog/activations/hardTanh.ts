// x between -1 and 1.

import type { ItemClass } from "../../graph/registry.js";
import { greater } from "../ops/greater.js";
import { less } from "../ops/less.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const hardTanhActivation: ItemClass<Activation> = defineActivation({
  name: "hard_tanh",
  config: {},
  apply: (x) => where(greater(x, 1), 1, where(less(x, -1), -1, x)),
});
