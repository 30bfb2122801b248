// Temporary folders of tests: a test removes its own, and what a failed one leaves goes with the process.

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) removeFolder(folder);
});

/** Make it in a hook: what stands in a `describe` also runs when none of its tests does. */
export function temporaryFolder(name: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `weft-${name}-`)));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}
