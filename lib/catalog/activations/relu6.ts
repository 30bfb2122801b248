// x between 0 and 6.

import type { ItemClass } from "../../graph/registry.js";
import { clip } from "../ops/clip.js";
import { type Activation, defineActivation } from "./activation.js";

export const relu6Activation: ItemClass<Activation> = defineActivation({
  name: "relu6",
  config: {},
  apply: (x) => clip(x, 0, 6),
});
