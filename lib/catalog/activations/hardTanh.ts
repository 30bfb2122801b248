// x between -1 and 1.

import type { ItemClass } from "../../graph/registry.js";
import { clip } from "../ops/clip.js";
import { type Activation, defineActivation } from "./activation.js";

export const hardTanhActivation: ItemClass<Activation> = defineActivation({
  name: "hard_tanh",
  config: {},
  apply: (x) => clip(x, -1, 1),
});
