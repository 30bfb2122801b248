// x above the threshold, a default elsewhere.

import type { ItemClass } from "../../graph/registry.js";
import { greater } from "../ops/greater.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const thresholdActivation: ItemClass<Activation> = defineActivation({
  name: "threshold",
  config: { threshold: 0, default_value: 0 },
  apply: (x, { threshold, default_value }) => where(greater(x, threshold), x, default_value),
});
