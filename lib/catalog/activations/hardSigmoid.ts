// A sigmoid of three straight pieces.

import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { add } from "../ops/add.js";
import { multiply } from "../ops/multiply.js";
import { type Activation, defineActivation } from "./activation.js";
import { reluUpTo } from "./relu6.js";

/** 0 up to -3, x / 6 + 0.5 up to 3, then 1. */
export const hardSigmoid = (x: Tensor): Tensor => multiply(reluUpTo(add(x, 3), 6), 1 / 6);

export const hardSigmoidActivation: ItemClass<Activation> = defineActivation({
  name: "hard_sigmoid",
  config: {},
  apply: hardSigmoid,
});
