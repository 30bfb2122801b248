// The room's door.

import type { Cells, CellsOptions } from "./cells.js";
import { CellRoom } from "./room.js";

export type { CellError, Cells, CellsOptions, Outcome, Place } from "./cells.js";
export type { Comm, CommEvent, Comms, DisplayHandle, Globals, MessageExtras } from "./globals.js";
export { KeyboardInterrupt } from "./interrupts.js";

/** Starts the compiler's thread; cells may come at once and wait for it. */
export async function createCells(options: CellsOptions): Promise<Cells> {
  return new CellRoom(options);
}
