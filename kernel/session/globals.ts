// The values of what every cell finds without importing it.

import type { Globals } from "../cell/index.js";
import type { Comms } from "./comms.js";
import type { Outputs } from "./outputs.js";
import type { Prompts } from "./prompts.js";

export function makeGlobals(outputs: Outputs, comms: Comms, prompts: Prompts): Globals {
  return {
    ...prompts,
    comms,
    display(value, options = {}) {
      const id = outputs.display(value, options);
      return { id, update: (next: unknown) => void outputs.display(next, { id, update: true }) };
    },
    clearOutput: (options = {}) => outputs.clear(options.wait ?? false),
    broadcast: (type, content, extras) => outputs.publish(type, content, extras),
  };
}
