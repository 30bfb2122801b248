// Plugs this kernel into the layer library, once a cell has loaded it.

import { drawLibrary } from "../display/library.js";
import type { Interrupts } from "./interrupts.js";
import type { Outputs } from "./outputs.js";

export function plugIn(library: typeof import("../../lib/index.js"), outputs: Outputs, interrupts: Interrupts): void {
  library.notebook.current = {
    draw: drawLibrary,
    publish: (value, options) => outputs.display(value, options),
    clear: ({ wait }) => outputs.clear(wait),
    onInterrupt: (stop) => interrupts.on(stop),
  };
}
