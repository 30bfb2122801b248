// x, or 0 where |x| ≤ threshold.

import type { ItemClass } from "../../graph/registry.js";
import { absolute } from "../ops/absolute.js";
import { greater } from "../ops/greater.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const hardShrinkActivation: ItemClass<Activation> = defineActivation({
  name: "hard_shrink",
  config: { threshold: 0.5 },
  apply: (x, { threshold }) => where(greater(absolute(x), threshold), x, 0),
});
