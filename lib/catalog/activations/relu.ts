// max(x, 0), with a slope below the threshold and a highest value on demand.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { clip } from "../ops/clip.js";
import { greater } from "../ops/greater.js";
import { multiply } from "../ops/multiply.js";
import { relu } from "../ops/relu.js";
import { subtract } from "../ops/subtract.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const reluActivation: ItemClass<Activation> = defineActivation({
  name: "relu",
  config: { negative_slope: 0, max_value: null as number | null, threshold: 0 },
  apply(x, { negative_slope, max_value, threshold }) {
    const above = threshold === 0 ? relu(x) : where(greater(x, threshold), x, 0);
    const bounded = max_value === null ? above : clip(above, 0, max_value);
    return negative_slope === 0 ? bounded : add(bounded, multiply(relu(subtract(threshold, x)), -negative_slope));
  },
});
