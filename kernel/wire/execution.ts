// Cells from their request to their reply: counted, queued by subshell, sent to the cells' thread, kept in the history.

import { RequestError, text, texts } from "./fields.js";
import type { History } from "./history.js";
import { stringify } from "./json.js";
import type { ExecuteRequest, PackedPublication } from "./link.js";
import type { Json } from "./messages.js";
import type { Outlet, Request } from "./outlet.js";
import type { Parents } from "./parents.js";
import { Shell } from "./shell.js";

export interface ExecutionOptions {
  readonly outlet: Outlet;
  readonly parents: Parents;
  readonly history: History;
  readonly hand: (request: ExecuteRequest) => void;
}

interface Running {
  readonly request: Request;
  readonly shell: Shell;
  readonly count: number;
  result: string | null;
}

export class Execution {
  readonly #options: ExecutionOptions;
  readonly #running = new Map<string, Running>();
  readonly #main: Shell = this.#makeShell();
  readonly #subshells = new Map<string, Shell>();
  #count = 0;
  #closed = false;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /** An execute_request. */
  add(request: Request): void {
    const { header, content } = request.message;
    text(content, "code");
    texts(content, "user_expressions");
    if (this.#running.has(header.msg_id)) throw new RequestError(`"${header.msg_id}" is the id of a running request`);
    const id = header.subshell_id ?? null;
    const shell = id === null ? this.#main : this.#subshells.get(id);
    if (!shell) throw new RequestError(`there is no subshell "${id}"`);
    if (this.#closed) this.#abort(request);
    else shell.add(request);
  }

  /** The request of a cell that runs. */
  running(id: string): Request | undefined {
    return this.#running.get(id)?.request;
  }

  published(id: string | null, publication: PackedPublication): void {
    const running = id === null ? undefined : this.#running.get(id);
    if (running && publication.type === "execute_result") running.result = publication.result;
  }

  /** A cell has come to its end; `content` is the reply's, as an object's JSON text. */
  outcome(id: string, failed: boolean, content: string): void {
    const running = this.#running.get(id);
    if (!running) return;
    const { request, shell, count, result } = running;
    const asked = request.message.content;
    this.#running.delete(id);
    this.#options.parents.end(id);
    if (keepsHistory(asked)) this.#options.history.add(count, text(asked, "code"), result);
    this.#options.outlet.reply(request, withCount(content, count));
    this.#options.outlet.status(request, "idle");
    if (failed && asked["stop_on_error"] !== false && asked["silent"] !== true) shell.abort();
    shell.done();
  }

  createSubshell(id: string): void {
    this.#subshells.set(id, this.#makeShell());
  }

  /** False when there is none of that name. A cell that runs there goes on, those that wait are sent back. */
  deleteSubshell(id: string): boolean {
    const shell = this.#subshells.get(id);
    if (!shell) return false;
    this.#subshells.delete(id);
    shell.abort();
    return true;
  }

  get subshells(): string[] {
    return [...this.#subshells.keys()];
  }

  /** From now on no cell is started. */
  close(): void {
    this.#closed = true;
    for (const shell of [this.#main, ...this.#subshells.values()]) shell.abort();
  }

  #makeShell(): Shell {
    const shell: Shell = new Shell({
      start: (request) => this.#start(shell, request),
      abort: (request) => this.#abort(request),
    });
    return shell;
  }

  #abort(request: Request): void {
    this.#options.outlet.answer(request, { status: "aborted", execution_count: this.#count });
  }

  #start(shell: Shell, request: Request): void {
    const { outlet, parents } = this.#options;
    const { header, content } = request.message;
    if (keepsHistory(content)) this.#count++;
    const count = this.#count;
    const id = header.msg_id;
    this.#running.set(id, { request, shell, count, result: null });
    parents.begin(id, request);
    outlet.status(request, "busy");
    const code = text(content, "code");
    const silent = content["silent"] === true;
    if (!silent) outlet.tell(request, "execute_input", { code, execution_count: count });
    this.#options.hand({
      id,
      code,
      executionCount: count,
      silent,
      userExpressions: texts(content, "user_expressions"),
      allowStdin: content["allow_stdin"] === true,
      subshell: header.subshell_id ?? null,
    });
  }
}

const keepsHistory = (content: Json): boolean => content["silent"] !== true && content["store_history"] !== false;

const withCount = (content: string, count: number): string =>
  `${content.slice(0, -1)}${content === "{}" ? "" : ","}${stringify({ execution_count: count }).slice(1)}`;
