// (x + √(x² + b)) / 2.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { multiply } from "../ops/multiply.js";
import { sqrt } from "../ops/sqrt.js";
import { square } from "../ops/square.js";
import { type Activation, defineActivation } from "./activation.js";

export const squareplusActivation: ItemClass<Activation> = defineActivation({
  name: "squareplus",
  config: { b: 4 },
  apply: (x, { b }) => multiply(add(x, sqrt(add(square(x), b))), 0.5),
});
