// x times the share of a normal distribution below x; `approximate` takes a tanh for it (Hendrycks and Gimpel, 2016).

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { erf } from "../ops/erf.js";
import { multiply } from "../ops/multiply.js";
import { square } from "../ops/square.js";
import { tanh } from "../ops/tanh.js";
import { type Activation, defineActivation } from "./activation.js";

export const geluActivation: ItemClass<Activation> = defineActivation({
  name: "gelu",
  config: { approximate: false as boolean },
  apply(x, { approximate }) {
    const share = approximate
      ? tanh(multiply(multiply(x, add(multiply(square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI)))
      : erf(multiply(x, Math.SQRT1_2));
    return multiply(multiply(x, 0.5), add(share, 1));
  },
});
