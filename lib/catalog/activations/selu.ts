// An elu whose constants keep mean 0 and variance 1 from layer to layer (Klambauer and others, 2017).

import type { ItemClass } from "../../graph/registry.js";
import { expm1 } from "../ops/expm1.js";
import { greater } from "../ops/greater.js";
import { minimum } from "../ops/minimum.js";
import { multiply } from "../ops/multiply.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

export const seluActivation: ItemClass<Activation> = defineActivation({
  name: "selu",
  config: {},
  apply: (x) => multiply(where(greater(x, 0), x, multiply(expm1(minimum(x, 0)), alpha)), scale),
});
