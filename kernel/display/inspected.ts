// Everything that has no picture of its own: as Node prints it.

import { inspect } from "node:util";
import type { MimeBundle } from "./picture.js";

const options = { depth: 4, maxArrayLength: 100, maxStringLength: 10000, breakLength: 100 } as const;

/** Never throws, whatever the value's own code does. */
export function inspected(value: unknown): MimeBundle {
  try {
    return { "text/plain": inspect(value, options) };
  } catch (error) {
    return { "text/plain": `a value that can't be shown: ${errorText(error)}` };
  }
}

export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that can't be shown either";
  }
}
