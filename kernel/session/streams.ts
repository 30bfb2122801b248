// stdout and stderr of this process, as stream messages of the cell that wrote.

import { onPause } from "../debug/index.js";
import type { Wire } from "../wire/link.js";
import { currentParent } from "./parents.js";

/** Text that waits at most this long, and is sent at once when the loop is too busy to let a timer run. */
const patienceMs = 20;

interface Pending {
  readonly name: "stdout" | "stderr";
  readonly parent: string | null;
  text: string;
}

export interface Streams {
  /** Sends what waits. Anything else that is published must call it first, so that the order stays. */
  flush(): void;
  /** Gives the process its own streams back. */
  release(): void;
}

/** From now on what the process writes goes to the front end. */
export function captureStreams(wire: Pick<Wire, "publish">): Streams {
  let pending: Pending | null = null;
  let sent = 0;
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!pending) return;
    const { name, parent, text } = pending;
    pending = null;
    sent = performance.now();
    wire.publish(parent, { type: "stream", content: { name, text } });
  };

  const write = (name: Pending["name"], text: string): void => {
    const parent = currentParent();
    if (pending && (pending.name !== name || pending.parent !== parent)) flush();
    if (pending) pending.text += text;
    else pending = { name, parent, text };
    if (performance.now() - sent >= patienceMs || pending.text.length > 65536) flush();
    else timer ??= setTimeout(flush, patienceMs).unref();
  };

  const releases = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const original = stream.write;
    const decoder = new TextDecoder();
    stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      write(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
      const after = typeof encoding === "function" ? encoding : done;
      if (typeof after === "function") queueMicrotask(() => after());
      return true;
    }) as typeof stream.write;
    return () => {
      stream.write = original;
    };
  });
  const endPause = onPause(flush);
  return {
    flush,
    release() {
      endPause();
      flush();
      for (const release of releases) release();
    },
  };
}
