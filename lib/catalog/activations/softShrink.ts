// x moved towards 0 by the threshold, at most to 0.

import type { ItemClass } from "../../graph/registry.js";
import { clip } from "../ops/clip.js";
import { subtract } from "../ops/subtract.js";
import { type Activation, defineActivation } from "./activation.js";

export const softShrinkActivation: ItemClass<Activation> = defineActivation({
  name: "soft_shrink",
  config: { threshold: 0.5 },
  apply: (x, { threshold }) => subtract(x, clip(x, -threshold, threshold)),
});
