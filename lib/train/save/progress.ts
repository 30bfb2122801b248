// How far saving or loading has come: bytes in, a line that renews itself out, in a terminal or a notebook, for files that take a while.

import { readableBytes } from "../../graph/bytes.js";
import { type DisplayHandle, display } from "../../show/display.js";
import { notebook } from "../../show/notebook.js";

/** Smaller files are done before anyone could read it. */
const worthShowingBytes = 2 ** 27;
const everyMilliseconds = 250;
const barWidth = 20;

export interface Progress {
  /** More bytes are done. */
  report(bytes: number): void;
  /** All are done, or it failed. */
  end(): void;
}

/** `what` says what is done ("saving m.keras"). */
export function progressOf(what: string, totalBytes: number): Progress {
  const live = notebook.current !== null || process.stderr.isTTY === true;
  if (!live || totalBytes < worthShowingBytes) return { report() {}, end() {} };
  let done = 0;
  let shown = 0;
  let handle: DisplayHandle | null = null;
  const line = (): string => {
    const filled = Math.min(barWidth, Math.round((barWidth * done) / totalBytes));
    return `${what} ${"━".repeat(filled)}${" ".repeat(barWidth - filled)} ${readableBytes(done)} of ${readableBytes(totalBytes)}`;
  };
  const show = (): void => {
    shown = performance.now();
    if (notebook.current) {
      if (handle) handle.update(line());
      else handle = display(line());
    } else process.stderr.write(`\r${line()}\x1b[K`);
  };
  return {
    report(bytes) {
      done += bytes;
      if (performance.now() - shown > everyMilliseconds) show();
    },
    end() {
      show();
      if (!notebook.current) process.stderr.write("\n");
    },
  };
}
