// The first half along an axis, times the sigmoid of the second.

import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { multiply } from "../ops/multiply.js";
import { sigmoid } from "../ops/sigmoid.js";
import { split } from "../ops/slice.js";
import { type Activation, defineActivation } from "./activation.js";

export const gluActivation: ItemClass<Activation> = defineActivation({
  name: "glu",
  config: { axis: -1 },
  apply(x, { axis }) {
    const [value, gate] = split(x, 2, { axis }) as [Tensor, Tensor];
    return multiply(value, sigmoid(gate));
  },
});
