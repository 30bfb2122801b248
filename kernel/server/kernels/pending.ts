// Requests that a kernel hasn't finished, so that each gets an end when the kernel has none to give.

import type { Json, Message } from "../../wire/messages.js";
import type { Incoming } from "./frames.js";

export interface Request {
  readonly session: string;
  readonly id: string;
  readonly type: string;
  /** JSON, as sent. */
  readonly header: string;
  /** The kernel has begun with it. */
  begun: boolean;
}

/** What a front end must be told instead of the kernel. */
export interface Notice {
  readonly channel: "shell" | "iopub";
  readonly type: string;
  readonly parent: string;
  readonly content: Json;
  /** Null: everybody. */
  readonly session: string | null;
}

export class Pending {
  readonly #requests = new Map<string, Request>();

  sent({ channel, header, texts }: Incoming): void {
    if (channel !== "shell") return;
    const [id, type, session] = [header["msg_id"], header["msg_type"], header["session"]] as [string, string, string];
    if (!type.endsWith("_request")) return;
    this.#requests.set(id, { session, id, type, header: texts.header, begun: false });
  }

  heard({ header, parent_header }: Message): void {
    const request = parent_header && this.#requests.get(parent_header.msg_id);
    if (!request) return;
    if (header.msg_type.endsWith("_reply")) this.#requests.delete(request.id);
    else if (header.msg_type === "execute_input") request.begun = true;
  }

  /** Ends them all: the cell that runs, or would have been the first to, with an error; the others as aborted. */
  end(name: string, reason: string): Notice[] {
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    const cells = requests.filter((request) => request.type === "execute_request");
    const told = cells.find((request) => request.begun) ?? cells[0];
    const error = { ename: name, evalue: reason, traceback: [`\u001b[31m${name}\u001b[39m: ${reason}`] };
    const failed = { status: "error", execution_count: null, payload: [], user_expressions: {}, ...error };
    return requests.flatMap((request) => {
      const { session, type, header: parent } = request;
      const content = request === told ? failed : { status: "aborted" };
      const notices: Notice[] = [
        { channel: "shell", type: type.replace(/_request$/, "_reply"), parent, content, session },
        { channel: "iopub", type: "status", parent, content: { execution_state: "idle" }, session: null },
      ];
      if (request === told) notices.unshift({ channel: "iopub", type: "error", parent, content: error, session: null });
      return notices;
    });
  }
}
