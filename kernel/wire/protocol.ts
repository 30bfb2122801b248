// Every request of the front end: what is answered from this thread, and what is handed on to the cells.

import type { DebugAdapter } from "../debug/index.js";
import { Comms } from "./comms.js";
import { Execution } from "./execution.js";
import { text } from "./fields.js";
import { History } from "./history.js";
import { Input } from "./input.js";
import { stringify } from "./json.js";
import type { DropReason, PackedPublication, ThreadData, ToCells } from "./link.js";
import type { Json } from "./messages.js";
import { errorContent, Outlet, type Request, type Send } from "./outlet.js";
import { Parents } from "./parents.js";
import type { Questions } from "./questions.js";
import { protocolVersion, type Received, type Signer } from "./sign.js";
import type { Channel } from "./sockets.js";
import { Usage } from "./usage.js";

export interface ProtocolOptions {
  readonly data: ThreadData;
  readonly signer: Signer;
  readonly send: Send;
  readonly toCells: (message: ToCells) => void;
  /** Stops what runs. */
  readonly interrupt: () => void;
  readonly dropped: (reason: DropReason) => void;
  readonly questions: Questions;
  readonly debug: Pick<DebugAdapter, "answer">;
}

export class Protocol {
  readonly #options: ProtocolOptions;
  readonly #outlet: Outlet;
  readonly #parents = new Parents();
  readonly #history: History;
  readonly #execution: Execution;
  readonly #comms: Comms;
  readonly #input: Input;
  readonly #usage = new Usage();
  readonly #handlers: ReadonlyMap<string, (request: Request) => void>;
  #shutdown: Request | null = null;

  constructor(options: ProtocolOptions) {
    const { data, signer, send, toCells } = options;
    this.#options = options;
    const outlet = new Outlet(signer, send);
    const parents = this.#parents;
    this.#outlet = outlet;
    this.#history = new History(data.historyFile);
    this.#execution = new Execution({
      outlet,
      parents,
      history: this.#history,
      hand: (request) => toCells({ kind: "execute", request }),
    });
    this.#comms = new Comms({ outlet, parents, hand: (message) => toCells({ kind: "comm", message }) });
    this.#input = new Input({ outlet, answers: data.answers, waits: data.waits });
    this.#handlers = new Map(Object.entries(this.#makeHandlers()));
  }

  /** A message of the front end. A broken request is answered with an error. */
  receive(channel: Channel, received: Received): void {
    const request: Request = { ...received, channel };
    const type = request.message.header.msg_type;
    const handle = this.#handlers.get(type);
    try {
      if (handle) handle(request);
      else this.#options.dropped("unknown");
    } catch (error) {
      const { name, message } = error as Error;
      this.#outlet.answer(request, errorContent(name, `${type}: ${message}`));
    }
  }

  /** The first message a subscriber sees. */
  welcome(topic: string): void {
    this.#outlet.tell(null, "iopub_welcome", { subscription: topic }, topic);
  }

  starting(): void {
    this.#outlet.status(null, "starting");
  }

  /** Something a cell shows. */
  publish(id: string | null, publication: PackedPublication): void {
    this.#execution.published(id, publication);
    this.#comms.published(publication);
    this.#outlet.publish(this.#parents.find(id), publication);
  }

  /** A cell has come to its end. */
  outcome(id: string, failed: boolean, content: string): void {
    this.#execution.outcome(id, failed, content);
  }

  /** The debugger has news. */
  debugged(event: object): void {
    this.#outlet.tell(this.#parents.find(null), "debug_event", { ...event });
  }

  commDone(id: string): void {
    this.#comms.done(id);
  }

  /** Asks the front end for a line on behalf of a cell. */
  input(id: string, prompt: string, password: boolean): void {
    this.#input.ask(this.#execution.running(id), prompt, password);
  }

  interrupt(): void {
    this.#input.interrupt();
    this.#options.interrupt();
  }

  /** Says that the kernel is gone, as the last thing. */
  shutDown(): void {
    const request = this.#shutdown;
    if (!request) return;
    const content = { status: "ok", restart: request.message.content["restart"] === true };
    this.#outlet.reply(request, stringify(content));
    this.#outlet.tell(request, "shutdown_reply", content);
    this.#outlet.status(request, "idle");
  }

  #makeHandlers(): Record<string, (request: Request) => void> {
    const answer = (request: Request, content: Json): void => this.#outlet.answer(request, content);
    const comm = (request: Request): void => this.#comms.receive(request);
    const question = (request: Request): void => {
      const { header, content } = request.message;
      void this.#later(request, () => this.#options.questions.answer(header.msg_type, content));
    };
    return {
      kernel_info_request: (request) => answer(request, this.#kernelInfo()),
      execute_request: (request) => this.#execution.add(request),
      complete_request: question,
      inspect_request: question,
      is_complete_request: question,
      history_request: (request) =>
        answer(request, { status: "ok", history: this.#history.answer(request.message.content) }),
      comm_info_request: (request) =>
        answer(request, this.#comms.info(text(request.message.content, "target_name", ""))),
      comm_open: comm,
      comm_msg: comm,
      comm_close: comm,
      debug_request: (request) => void this.#later(request, () => this.#options.debug.answer(request.message.content)),
      input_reply: (request) => this.#input.answer(request),
      interrupt_request: (request) => {
        this.interrupt();
        answer(request, { status: "ok" });
      },
      shutdown_request: (request) => this.#shutDown(request),
      create_subshell_request: (request) => {
        const id = request.message.header.msg_id;
        this.#execution.createSubshell(id);
        answer(request, { status: "ok", subshell_id: id });
      },
      delete_subshell_request: (request) => {
        const id = text(request.message.content, "subshell_id");
        const known = this.#execution.deleteSubshell(id);
        answer(request, known ? { status: "ok" } : errorContent("SubshellError", `there is no subshell "${id}"`));
      },
      // Asked again and again, also while a cell runs, which an "idle" would seem to end.
      usage_request: (request) => this.#outlet.reply(request, stringify(this.#usage.content())),
      list_subshell_request: (request) => answer(request, { status: "ok", subshell_id: this.#execution.subshells }),
    };
  }

  #shutDown(request: Request): void {
    this.#outlet.status(request, "busy");
    this.#shutdown = request;
    this.#execution.close();
    this.interrupt();
    this.#options.toCells({ kind: "shutdown", restart: request.message.content["restart"] === true });
  }

  /** What others must be asked for; requests that come meanwhile are answered meanwhile. */
  async #later(request: Request, work: () => Promise<Json>): Promise<void> {
    this.#outlet.status(request, "busy");
    let reply: Json;
    try {
      reply = await work();
    } catch (error) {
      const { name, message } = error as Error;
      reply = errorContent(name, `${request.message.header.msg_type}: ${message}`);
    }
    this.#outlet.reply(request, stringify(reply));
    this.#outlet.status(request, "idle");
  }

  #kernelInfo(): Json {
    const { banner, languageInfo, version } = this.#options.data;
    return {
      status: "ok",
      protocol_version: protocolVersion,
      implementation: "weft",
      implementation_version: version,
      language_info: languageInfo,
      banner,
      debugger: true,
      supported_features: ["debugger", "kernel subshells"],
      help_links: [
        { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
        { text: "Keras's functional API", url: "https://keras.io/guides/functional_api/" },
      ],
    };
  }
}
