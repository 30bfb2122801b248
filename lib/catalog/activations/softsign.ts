// x / (1 + |x|).

import type { ItemClass } from "../../graph/registry.js";
import { absolute } from "../ops/absolute.js";
import { add } from "../ops/add.js";
import { divide } from "../ops/divide.js";
import { type Activation, defineActivation } from "./activation.js";

export const softsignActivation: ItemClass<Activation> = defineActivation({
  name: "softsign",
  config: {},
  apply: (x) => divide(x, add(absolute(x), 1)),
});
