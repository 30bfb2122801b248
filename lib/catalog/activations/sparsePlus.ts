// 0 up to -1, (x + 1)² / 4 up to 1, then x.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { less } from "../ops/less.js";
import { multiply } from "../ops/multiply.js";
import { relu } from "../ops/relu.js";
import { square } from "../ops/square.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const sparsePlusActivation: ItemClass<Activation> = defineActivation({
  name: "sparse_plus",
  config: {},
  apply: (x) => where(less(x, 1), multiply(square(relu(add(x, 1))), 0.25), x),
});
