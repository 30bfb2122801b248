// What a notebook's kernel plugs in. Without one, values show as text on the console.

import type { CallbackHooks } from "../catalog/callbacks/callback.js";
import { jupyterDisplay, type MimeBundle } from "./mime.js";

export interface Notebook {
  /** The picture of one of this library's values; null: it has none but its text. */
  draw(value: object): MimeBundle | Promise<MimeBundle> | null;
  /** Shows a value where the running cell's output goes; returns the id that `update` takes. */
  publish(value: unknown, options: PublishOptions): string;
  clear(options: { readonly wait: boolean }): void;
  /** The callback that shows a training's progress. */
  progress(training: TrainingRun): CallbackHooks;
  /** From now on an interrupt calls `stop` instead of ending the cell; call what is returned when done. */
  onInterrupt(stop: () => void): () => void;
}

/** A training that begins. */
export interface TrainingRun {
  /** What `fit` will return. */
  readonly history: object;
  /** Aborted when the user wants training to end. */
  readonly signal: AbortSignal;
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

/** Instances of this class show themselves by `draw`. */
export function showsItself(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, jupyterDisplay, {
    value(this: object) {
      return draw(this);
    },
    configurable: true,
    writable: true,
  });
}
