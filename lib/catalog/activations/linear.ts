// The identity.

import type { ItemClass } from "../../graph/registry.js";
import { type Activation, defineActivation } from "./activation.js";

export const linearActivation: ItemClass<Activation> = defineActivation({
  name: "linear",
  config: {},
  apply: (x) => x,
});
