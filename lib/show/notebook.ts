// What a notebook's kernel plugs in. Without one, values show as text on the console.

import type { CallbackHooks } from "../catalog/callbacks/callback.js";
import type { MimeBundle } from "./mime.js";

export interface Notebook {
  /** The picture of one of this library's values; null: it has none but its text. */
  draw(value: object): MimeBundle | Promise<MimeBundle> | null;
  /** Shows a value where the running cell's output goes; returns the id that `update` takes. */
  publish(value: unknown, options: PublishOptions): string;
  clear(options: { readonly wait: boolean }): void;
  /** The callback that shows `fit`'s progress; without one, text does. */
  progress?(): CallbackHooks;
  /** From now on an interrupt calls `stop` instead of ending the cell; call what is returned when done. */
  onInterrupt(stop: () => void): () => void;
}

export interface PublishOptions {
  readonly id?: string | undefined;
  /** True: what has this id changes; nothing new appears. */
  readonly update?: boolean | undefined;
}

/** The kernel's, once it has plugged in. */
export const notebook: { current: Notebook | null } = { current: null };

/** How a value of this library shows itself: the kernel's picture, or its text. */
export function draw(value: object): MimeBundle | Promise<MimeBundle> {
  return notebook.current?.draw(value) ?? { "text/plain": String(value) };
}
