// x between 0 and 6.

import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { greaterEqual } from "../ops/greaterEqual.js";
import { relu } from "../ops/relu.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

/** x between 0 and `max`; on both edges the slope is 0. */
export const reluUpTo = (x: Tensor, max: number): Tensor => where(greaterEqual(x, max), max, relu(x));

export const relu6Activation: ItemClass<Activation> = defineActivation({
  name: "relu6",
  config: {},
  apply: (x) => reluUpTo(x, 6),
});
