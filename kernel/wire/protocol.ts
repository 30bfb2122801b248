// Every request of the front end, and what is answered from this thread or handed on to the cells.

import type { MessagePort } from "node:worker_threads";
import { toCodePoints, toUnits } from "./cursor.js";
import { History } from "./history.js";
import type { ExecuteOutcome, LanguageQuestion, Publication, ThreadData, ToCells } from "./link.js";
import { inputStates } from "./link.js";
import type { Json, Message, MessageHeader } from "./messages.js";
import { Questions } from "./questions.js";
import { Shell, type Waiting } from "./shell.js";
import { protocolVersion, type Received, type Signer } from "./sign.js";
import type { Channel } from "./sockets.js";

/** Requests whose late outputs still find their parent. */
const rememberedParents = 1000;

export interface ProtocolOptions {
  readonly data: ThreadData;
  readonly signer: Signer;
  readonly send: (channel: Channel | "iopub", frames: readonly (Uint8Array | string)[]) => void;
  readonly toCells: (message: ToCells) => void;
  /** Stops what runs; when it has been asked for. */
  readonly interrupt: () => void;
}

/** A request that is being answered. */
interface Request extends Received {
  readonly channel: Channel;
}

export class Protocol {
  readonly #options: ProtocolOptions;
  readonly #history: History;
  readonly #questions: Questions;
  readonly #parents = new Map<string, Message>();
  readonly #running = new Map<
    string,
    { readonly waiting: Waiting; readonly shell: Shell; readonly count: number; output: string | null }
  >();
  readonly #shells = new Map<string | null, Shell>();
  readonly #comms = new Map<string, string>();
  #pendingComms = new Map<string, Request>();
  #asking: { readonly id: string } | null = null;
  #shutdown: Request | null = null;
  #executionCount = 0;
  #lastParent: Message | null = null;

  constructor(options: ProtocolOptions) {
    this.#options = options;
    this.#history = new History(options.data.historyFile);
    this.#questions = new Questions(options.data.language as MessagePort);
    this.#shells.set(null, this.#makeShell());
  }

  /** A message of the front end. */
  receive(channel: Channel, received: Received): void {
    const request: Request = { ...received, channel };
    const type = request.message.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply") this.#answerInput(String(request.message.content["value"] ?? ""));
      return;
    }
    const handle = this.#handlers[type];
    if (handle) handle(request);
  }

  /** The first message a subscriber sees. */
  welcome(topic: string): void {
    this.#publish(null, { type: "iopub_welcome", content: { subscription: topic } }, topic);
  }

  starting(): void {
    this.#publish(null, { type: "status", content: { execution_state: "starting" } });
  }

  /** Something a cell shows. */
  publish(id: string | null, publication: Publication): void {
    const { type, content } = publication;
    const running = id === null ? undefined : this.#running.get(id);
    if (type === "execute_result" && running) {
      const text = (content["data"] as Json | undefined)?.["text/plain"];
      running.output = typeof text === "string" ? text : null;
    }
    if (type === "comm_open") this.#comms.set(String(content["comm_id"]), String(content["target_name"]));
    if (type === "comm_close") this.#comms.delete(String(content["comm_id"]));
    this.#publish((id === null ? null : this.#parents.get(id)) ?? this.#lastParent, publication);
  }

  /** A cell has come to its end. */
  outcome(id: string, outcome: ExecuteOutcome): void {
    const running = this.#running.get(id);
    if (!running) return;
    this.#running.delete(id);
    const { waiting, shell, count, output } = running;
    const { content } = waiting.message;
    if (keepsHistory(content)) this.#history.add(count, String(content["code"]), output);
    this.#reply({ ...waiting, channel: "shell" }, { ...outcome, execution_count: count });
    this.#status(waiting.message, "idle");
    shell.done(outcome.status === "error" && content["stop_on_error"] !== false);
  }

  commDone(id: string): void {
    const request = this.#pendingComms.get(id);
    this.#pendingComms.delete(id);
    if (request) this.#status(request.message, "idle");
  }

  /** Asks the front end for a line on behalf of a cell. */
  input(id: string, prompt: string, password: boolean): void {
    const waiting = this.#running.get(id)?.waiting;
    if (waiting?.message.content["allow_stdin"] !== true) {
      this.#wake(inputStates.refused);
      return;
    }
    this.#asking = { id };
    const message = this.#message("input_request", waiting.message.header, { prompt, password });
    this.#options.send("stdin", this.#options.signer.encode(waiting.identities, message));
  }

  /** Says that the kernel is gone, as the last thing. */
  shutDown(): void {
    const request = this.#shutdown;
    if (!request) return;
    const content = { status: "ok", restart: request.message.content["restart"] === true };
    this.#reply(request, content);
    this.#publish(request.message, { type: "shutdown_reply", content });
    this.#status(request.message, "idle");
  }

  interrupt(): void {
    if (this.#asking) this.#wake(inputStates.interrupted);
    this.#options.interrupt();
  }

  readonly #handlers: Record<string, (request: Request) => void> = {
    kernel_info_request: (request) => this.#answer(request, this.#kernelInfo()),
    execute_request: (request) => this.#shellOf(request).add({ ...request, id: request.message.header.msg_id }),
    complete_request: (request) => void this.#ask(request, (code, cursor) => ({ kind: "complete", code, cursor })),
    inspect_request: (request) => {
      const detail = request.message.content["detail_level"] === 1 ? 1 : 0;
      void this.#ask(request, (code, cursor) => ({ kind: "inspect", code, cursor, detail }));
    },
    is_complete_request: (request) => void this.#ask(request, (code) => ({ kind: "isComplete", code })),
    history_request: (request) =>
      this.#answer(request, { status: "ok", history: this.#history.answer(request.message.content) }),
    comm_info_request: (request) => {
      const target = request.message.content["target_name"];
      const wanted = [...this.#comms].filter(([, name]) => !target || name === target);
      const comms = Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }]));
      this.#answer(request, { status: "ok", comms });
    },
    comm_open: (request) => this.#comm(request),
    comm_msg: (request) => this.#comm(request),
    comm_close: (request) => this.#comm(request),
    interrupt_request: (request) => {
      this.interrupt();
      this.#answer(request, { status: "ok" });
    },
    shutdown_request: (request) => {
      this.#shutdown = request;
      this.#status(request.message, "busy");
      this.interrupt();
      this.#options.toCells({ kind: "shutdown", restart: request.message.content["restart"] === true });
    },
    create_subshell_request: (request) => {
      const id = request.message.header.msg_id;
      this.#shells.set(id, this.#makeShell());
      this.#answer(request, { status: "ok", subshell_id: id });
    },
    delete_subshell_request: (request) => {
      const id = request.message.content["subshell_id"];
      const known = typeof id === "string" && this.#shells.delete(id);
      this.#answer(request, known ? { status: "ok" } : errorContent("SubshellError", `no subshell "${String(id)}"`));
    },
    list_subshell_request: (request) =>
      this.#answer(request, { status: "ok", subshell_id: [...this.#shells.keys()].filter((id) => id !== null) }),
  };

  #kernelInfo(): Json {
    const { banner, languageInfo, version } = this.#options.data;
    return {
      status: "ok",
      protocol_version: protocolVersion,
      implementation: "weft",
      implementation_version: version,
      language_info: languageInfo,
      banner,
      debugger: false,
      supported_features: ["kernel subshells"],
      help_links: [
        { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
        { text: "Keras's functional API", url: "https://keras.io/guides/functional_api/" },
      ],
    };
  }

  #makeShell(): Shell {
    const shell: Shell = new Shell({
      start: (waiting) => this.#start(shell, waiting),
      abort: (waiting) => {
        this.#status(waiting.message, "busy");
        this.#reply({ ...waiting, channel: "shell" }, { status: "aborted", execution_count: this.#executionCount });
        this.#status(waiting.message, "idle");
      },
    });
    return shell;
  }

  #shellOf(request: Request): Shell {
    const id = request.message.header.subshell_id ?? null;
    return this.#shells.get(id) ?? (this.#shells.get(null) as Shell);
  }

  #start(shell: Shell, waiting: Waiting): void {
    const { message, id } = waiting;
    const { content } = message;
    if (keepsHistory(content)) this.#executionCount++;
    const count = this.#executionCount;
    this.#running.set(id, { waiting, shell, count, output: null });
    this.#remember(id, message);
    this.#status(message, "busy");
    const code = String(content["code"] ?? "");
    const silent = content["silent"] === true;
    if (!silent) this.#publish(message, { type: "execute_input", content: { code, execution_count: count } });
    this.#options.toCells({
      kind: "execute",
      request: {
        id,
        code,
        executionCount: count,
        silent,
        userExpressions: strings(content["user_expressions"]),
        allowStdin: content["allow_stdin"] === true,
        subshell: message.header.subshell_id ?? null,
      },
    });
  }

  #comm(request: Request): void {
    const { header, content, metadata, buffers } = request.message;
    const id = header.msg_id;
    const type = header.msg_type as "comm_open" | "comm_msg" | "comm_close";
    if (type === "comm_open") this.#comms.set(String(content["comm_id"]), String(content["target_name"]));
    if (type === "comm_close") this.#comms.delete(String(content["comm_id"]));
    this.#pendingComms.set(id, request);
    this.#remember(id, request.message);
    this.#status(request.message, "busy");
    this.#options.toCells({ kind: "comm", message: { id, type, content, metadata, buffers } });
  }

  /** A question for the compiler's thread. */
  async #ask(request: Request, question: (code: string, cursor: number) => LanguageQuestion): Promise<void> {
    this.#status(request.message, "busy");
    const { content } = request.message;
    const code = String(content["code"] ?? "");
    const cursor = typeof content["cursor_pos"] === "number" ? toUnits(code, content["cursor_pos"]) : code.length;
    try {
      this.#reply(request, replyContent(code, await this.#questions.ask(question(code, cursor))));
    } catch (error) {
      this.#reply(request, errorContent("LanguageError", error instanceof Error ? error.message : String(error)));
    }
    this.#status(request.message, "idle");
  }

  #answerInput(value: string): void {
    if (!this.#asking) return;
    this.#options.data.answers.postMessage(value);
    this.#wake(inputStates.answered);
  }

  #wake(state: number): void {
    this.#asking = null;
    Atomics.store(this.#options.data.waits, 0, state);
    Atomics.notify(this.#options.data.waits, 0);
  }

  #answer(request: Request, content: Json): void {
    this.#status(request.message, "busy");
    this.#reply(request, content);
    this.#status(request.message, "idle");
  }

  #reply(request: Request, content: Json): void {
    const type = request.message.header.msg_type.replace(/_request$/, "_reply");
    const message = this.#message(type, request.message.header, content);
    this.#options.send(request.channel, this.#options.signer.encode(request.identities, message));
  }

  #status(parent: Message, state: "busy" | "idle"): void {
    this.#publish(parent, { type: "status", content: { execution_state: state } });
  }

  #publish(
    parent: Message | null,
    { type, content, metadata, buffers }: Publication,
    topic: string = `kernel.${type}`,
  ): void {
    const message = {
      ...this.#message(type, parent?.header ?? null, content),
      metadata: metadata ?? {},
      buffers: buffers ?? [],
    };
    this.#options.send("iopub", this.#options.signer.encode([topic], message));
  }

  #message(type: string, parent: MessageHeader | null, content: Json): Message {
    return { header: this.#options.signer.makeHeader(type), parent_header: parent, metadata: {}, content, buffers: [] };
  }

  #remember(id: string, message: Message): void {
    // The content may be large and isn't needed any more.
    const parent = { ...message, content: {}, buffers: [] };
    this.#lastParent = parent;
    this.#parents.set(id, parent);
    if (this.#parents.size > rememberedParents) this.#parents.delete(this.#parents.keys().next().value as string);
  }
}

const keepsHistory = (content: Json): boolean => content["silent"] !== true && content["store_history"] !== false;

const errorContent = (ename: string, evalue: string): Json => ({ status: "error", ename, evalue, traceback: [] });

const strings = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries((value ?? {}) as object).map(([name, text]) => [name, String(text)]));

/** The compiler's answer in the words of Jupyter. */
function replyContent(code: string, answer: Json): Json {
  if ("matches" in answer) {
    const start = toCodePoints(code, answer["start"] as number);
    const end = toCodePoints(code, answer["end"] as number);
    const types = (answer["types"] as Json[]).map((type) => ({ ...type, start, end }));
    return {
      status: "ok",
      matches: answer["matches"],
      cursor_start: start,
      cursor_end: end,
      metadata: { _jupyter_types_experimental: types },
    };
  }
  if ("found" in answer) return { status: "ok", metadata: {}, ...answer };
  return answer;
}
