// 0 up to -1, (x + 1) / 2 up to 1, then 1.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { clip } from "../ops/clip.js";
import { multiply } from "../ops/multiply.js";
import { type Activation, defineActivation } from "./activation.js";

export const sparseSigmoidActivation: ItemClass<Activation> = defineActivation({
  name: "sparse_sigmoid",
  config: {},
  apply: (x) => multiply(add(clip(x, -1, 1), 1), 0.5),
});
