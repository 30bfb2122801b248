// x moved towards 0 by the threshold, at most to 0.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { greater } from "../ops/greater.js";
import { greaterEqual } from "../ops/greaterEqual.js";
import { lessEqual } from "../ops/lessEqual.js";
import { logicalAnd } from "../ops/logicalAnd.js";
import { subtract } from "../ops/subtract.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const softShrinkActivation: ItemClass<Activation> = defineActivation({
  name: "soft_shrink",
  config: { threshold: 0.5 },
  apply: (x, { threshold }) => {
    const isSmall = logicalAnd(lessEqual(x, threshold), greaterEqual(x, -threshold));
    return where(isSmall, 0, where(greater(x, 0), subtract(x, threshold), add(x, threshold)));
  },
});
