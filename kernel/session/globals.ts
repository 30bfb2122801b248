// What every cell finds without importing it; their types stand beside the cells.

import type { Comms } from "./comms.js";
import type { Outputs } from "./outputs.js";

export function makeGlobals(outputs: Outputs, comms: Comms): Record<string, unknown> {
  return {
    comms,
    display(value: unknown, options: { readonly id?: string; readonly update?: boolean } = {}) {
      const id = outputs.display(value, options);
      return { id, update: (next: unknown) => void outputs.display(next, { id, update: true }) };
    },
    clearOutput: (options: { readonly wait?: boolean } = {}) => outputs.clear(options.wait ?? false),
    /** A message of any type to all front ends, as Deno has it. */
    broadcast: (type: string, content: Record<string, unknown>, extras?: Parameters<Outputs["publish"]>[2]) =>
      outputs.publish(type, content, extras),
  };
}
