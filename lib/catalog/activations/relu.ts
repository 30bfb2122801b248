// max(x, 0), with a slope below the threshold and a highest value on demand.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { greater } from "../ops/greater.js";
import { greaterEqual } from "../ops/greaterEqual.js";
import { multiply } from "../ops/multiply.js";
import { relu } from "../ops/relu.js";
import { subtract } from "../ops/subtract.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";
import { reluUpTo } from "./relu6.js";

export const reluActivation: ItemClass<Activation> = defineActivation({
  name: "relu",
  config: { negative_slope: 0, max_value: null as number | null, threshold: 0 },
  apply(x, { negative_slope, max_value, threshold }) {
    // Without the other two the slope at 0 is 1, as a leaky relu's, and not 0.
    if (negative_slope !== 0 && max_value === null && threshold === 0)
      return where(greaterEqual(x, 0), x, multiply(x, negative_slope));
    const above = threshold === 0 ? x : where(greater(x, threshold), x, 0);
    const bounded = max_value !== null ? reluUpTo(above, max_value) : threshold === 0 ? relu(x) : above;
    return negative_slope === 0 ? bounded : add(bounded, multiply(relu(subtract(threshold, x)), -negative_slope));
  },
});
