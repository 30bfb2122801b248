// x times a sigmoid of three straight pieces.

import type { ItemClass } from "../../graph/registry.js";
import { multiply } from "../ops/multiply.js";
import { type Activation, defineActivation } from "./activation.js";
import { hardSigmoid } from "./hardSigmoid.js";

export const hardSiluActivation: ItemClass<Activation> = defineActivation({
  name: "hard_silu",
  aliases: ["hard_swish"],
  config: {},
  apply: (x) => multiply(x, hardSigmoid(x)),
});
