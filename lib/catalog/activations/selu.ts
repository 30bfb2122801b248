// An elu whose constants keep mean 0 and variance 1 from layer to layer (Klambauer and others, 2017).

import type { ItemClass } from "../../graph/registry.js";
import { expm1 } from "../ops/expm1.js";
import { multiply } from "../ops/multiply.js";
import { type Activation, defineActivation } from "./activation.js";
import { aboveOr } from "./elu.js";

const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

export const seluActivation: ItemClass<Activation> = defineActivation({
  name: "selu",
  config: {},
  apply: (x) =>
    multiply(
      aboveOr(x, (low) => multiply(expm1(low), alpha)),
      scale,
    ),
});
