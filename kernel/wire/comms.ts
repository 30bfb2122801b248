// Comm messages of the front end on their way to the cells' thread, and the list of open comms.
// They don't queue behind cells: a widget must reach a cell that awaits its events.

import { text } from "./fields.js";
import type { CommMessage, PackedPublication } from "./link.js";
import type { Json } from "./messages.js";
import type { Outlet, Request } from "./outlet.js";
import type { Parents } from "./parents.js";

export interface CommsOptions {
  readonly outlet: Outlet;
  readonly parents: Parents;
  readonly hand: (message: CommMessage) => void;
}

export class Comms {
  readonly #options: CommsOptions;
  readonly #targets = new Map<string, string>();
  readonly #pending = new Map<string, Request>();

  constructor(options: CommsOptions) {
    this.#options = options;
  }

  receive(request: Request): void {
    const { header, content, metadata, buffers } = request.message;
    const type = header.msg_type as CommMessage["type"];
    const comm = text(content, "comm_id");
    if (type === "comm_open") this.#targets.set(comm, text(content, "target_name"));
    if (type === "comm_close") this.#targets.delete(comm);
    const id = header.msg_id;
    this.#pending.set(id, request);
    this.#options.parents.begin(id, request);
    this.#options.outlet.status(request, "busy");
    // Copies, since a part of a larger buffer would take all of it along.
    this.#options.hand({ id, type, content, metadata, buffers: buffers.map((buffer) => new Uint8Array(buffer)) });
  }

  /** The handlers are done. */
  done(id: string): void {
    const request = this.#pending.get(id);
    if (!request) return;
    this.#pending.delete(id);
    this.#options.parents.end(id);
    this.#options.outlet.status(request, "idle");
  }

  /** What the cells' side opens and closes. */
  published({ type, comm }: PackedPublication): void {
    if (!comm) return;
    if (type === "comm_open") this.#targets.set(comm.id, comm.target);
    else this.#targets.delete(comm.id);
  }

  /** Content of a comm_info_reply. */
  info(target: string): Json {
    const wanted = [...this.#targets].filter(([, name]) => target === "" || name === target);
    return { status: "ok", comms: Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }])) };
  }
}
