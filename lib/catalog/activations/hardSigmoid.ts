// A sigmoid of three straight pieces.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { clip } from "../ops/clip.js";
import { multiply } from "../ops/multiply.js";
import { type Activation, defineActivation } from "./activation.js";

export const hardSigmoidActivation: ItemClass<Activation> = defineActivation({
  name: "hard_sigmoid",
  config: {},
  apply: (x) => multiply(clip(add(x, 3), 0, 6), 1 / 6),
});
