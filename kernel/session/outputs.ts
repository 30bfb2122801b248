// Values out: display data, results and errors of cells, in the order they were made.

import { randomUUID } from "node:crypto";
import { isDisplayable } from "../../lib/show/mime.js";
import { bundleOf } from "../display/index.js";
import type { Wire } from "../wire/link.js";
import type { MimeBundle } from "../wire/messages.js";
import { currentParent } from "./parents.js";
import type { Streams } from "./streams.js";

export class Outputs {
  readonly #wire: Pick<Wire, "publish">;
  readonly #streams: Streams;
  /** By request, what is still being drawn; the next output of that request waits for it. */
  readonly #drawing = new Map<string | null, Promise<void>>();
  /** What each request showed last, and its text: a result that only repeats it isn't shown again. */
  readonly #shown = new Map<string | null, { readonly value: unknown; readonly text: unknown }>();

  constructor(wire: Pick<Wire, "publish">, streams: Streams) {
    this.#wire = wire;
    this.#streams = streams;
  }

  /** Shows a value; returns its display id. */
  display(
    value: unknown,
    options: { readonly id?: string | undefined; readonly update?: boolean | undefined },
  ): string {
    const parent = currentParent();
    const id = options.id ?? randomUUID();
    this.#inOrder(parent, bundleOf(value), (data: MimeBundle) => {
      this.#shown.set(parent, { value, text: data["text/plain"] });
      const content = { data, metadata: {}, transient: { display_id: id } };
      this.#publish(parent, options.update ? "update_display_data" : "display_data", content);
    });
    return id;
  }

  result(value: unknown, executionCount: number): void {
    const parent = currentParent();
    this.#inOrder(parent, bundleOf(value), (data: MimeBundle) => {
      // A summary shows itself and returns its text, training shows the history that it returns: once is enough.
      const shown = this.#shown.get(parent);
      if (typeof value === "string" && shown?.text === value) return;
      if (typeof value === "object" && value !== null && shown?.value === value) return;
      this.#publish(parent, "execute_result", { execution_count: executionCount, data, metadata: {} });
    });
  }

  /** Shows an error that has a picture: what is only text is in its traceback. */
  async explain(thrown: unknown): Promise<void> {
    if (!isDisplayable(thrown)) return;
    const data = await bundleOf(thrown);
    if (Object.keys(data).some((type) => type !== "text/plain"))
      this.publish("display_data", { data, metadata: {}, transient: {} });
  }

  /** Removes what the cell has shown. */
  clear(wait: boolean): void {
    const parent = currentParent();
    this.#inOrder(parent, wait, () => this.#publish(parent, "clear_output", { wait }));
  }

  publish(
    type: string,
    content: Record<string, unknown>,
    more: { readonly metadata?: Record<string, unknown>; readonly buffers?: readonly Uint8Array[] } = {},
  ): void {
    this.#streams.flush();
    this.#wire.publish(currentParent(), { type, content, ...more });
  }

  /** Resolves when everything this request showed has been published. */
  async settled(parent: string | null): Promise<void> {
    while (this.#drawing.has(parent)) await this.#drawing.get(parent);
    this.#streams.flush();
    this.#shown.delete(parent);
  }

  #publish(parent: string | null, type: string, content: Record<string, unknown>): void {
    this.#streams.flush();
    this.#wire.publish(parent, { type, content });
  }

  /** Sends what `made` comes to, at once when nothing before it is still being drawn. */
  #inOrder<T>(parent: string | null, made: T | Promise<T>, send: (made: T) => void): void {
    const before = this.#drawing.get(parent);
    if (!before && !(made instanceof Promise)) {
      send(made);
      return;
    }
    const all: Promise<void> = Promise.all([made, before])
      .then(([ready]) => send(ready))
      .finally(() => {
        if (this.#drawing.get(parent) === all) this.#drawing.delete(parent);
      });
    this.#drawing.set(parent, all);
  }
}
