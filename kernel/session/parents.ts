// Which request an output belongs to: the cell that started the work, however many callbacks ago.

import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage<string>();

/** Runs `work`, and all that follows from it, on behalf of the request `id`. */
export function onBehalfOf<T>(id: string, work: () => T): T {
  return storage.run(id, work);
}

/** The request on whose behalf this runs; null when nobody knows, for example in a message from a worker. */
export function currentParent(): string | null {
  return storage.getStore() ?? null;
}
