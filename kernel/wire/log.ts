// One line for whoever runs the server. The process's own streams belong to the notebook.

import { writeSync } from "node:fs";

export function log(line: string): void {
  try {
    writeSync(2, `[weft] ${line}\n`);
  } catch {
    // Nobody reads.
  }
}
