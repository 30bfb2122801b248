// Plugs this kernel into the layer library, once a cell has loaded it.

import { createRequire } from "node:module";
import type { PublishOptions } from "../../lib/show/notebook.js";
import type { Interrupts } from "./interrupts.js";
import type { Outputs } from "./outputs.js";

// The library's pictures load the library, which no kernel should wait for before a cell needs it.
const own = createRequire(import.meta.url);

export function plugIn(library: typeof import("../../lib/index.js"), outputs: Outputs, interrupts: Interrupts): void {
  const { drawLibrary, trainingProgress } = own("../display/library.js") as typeof import("../display/library.js");
  const publish = (value: unknown, options: PublishOptions): string => outputs.display(value, options);
  library.notebook.current = {
    draw: drawLibrary,
    publish,
    clear: ({ wait }) => outputs.clear(wait),
    progress: (training) => trainingProgress(publish, training),
    onInterrupt: (stop) => interrupts.on(stop),
  };
}
