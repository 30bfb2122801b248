// A wire whose cells are functions of the test, in this process.

import { MessageChannel, type MessagePort } from "node:worker_threads";
import type {
  CellsSide,
  CommMessage,
  ExecuteOutcome,
  ExecuteRequest,
  LanguageMessage,
  Wire,
} from "../../../kernel/wire/link.js";
import type { ConnectionInfo } from "../../../kernel/wire/messages.js";
import { openWire, type WireOptions } from "../../../kernel/wire/open.js";
import { Front, freeConnection } from "./front.js";

export const ok: ExecuteOutcome = { status: "ok", payload: [], user_expressions: {} };
export const bad: ExecuteOutcome = { status: "error", ename: "Bad", evalue: "on purpose", traceback: ["Bad"] };

export class FakeKernel implements CellsSide {
  readonly connection: ConnectionInfo;
  readonly fronts: Front[] = [];
  readonly requests: ExecuteRequest[] = [];
  readonly interrupts: number[] = [];
  wire!: Wire;
  language!: MessagePort;
  /** What a cell does. */
  cell: (request: ExecuteRequest) => Promise<ExecuteOutcome> | ExecuteOutcome = () => ok;
  heardComm: (message: CommMessage) => Promise<void> | void = () => {};
  answer: (message: LanguageMessage) => LanguageMessage["answer"] = () => undefined;
  #open = false;

  private constructor(connection: ConnectionInfo) {
    this.connection = connection;
  }

  static async start(
    options: Partial<WireOptions> & { readonly connection?: Partial<ConnectionInfo> } = {},
  ): Promise<FakeKernel> {
    const { connection, ...rest } = options;
    const kernel = new FakeKernel({ ...(await freeConnection()), ...connection });
    const { port1, port2 } = new MessageChannel();
    kernel.language = port2;
    port2.on("message", (message: LanguageMessage) => {
      const answer = kernel.answer(message);
      port2.postMessage(answer ? { key: message.key, answer } : { key: message.key, error: "no answer" });
    });
    kernel.wire = await openWire(kernel.connection, kernel, {
      language: port1,
      banner: "test",
      languageInfo: { name: "typescript", version: "1", mimetype: "text/typescript", file_extension: ".ts" },
      version: "0.0.0",
      historyFile: null,
      ...rest,
    });
    kernel.#open = true;
    return kernel;
  }

  async front(topic?: string): Promise<Front> {
    const front = await Front.to(this.connection, topic);
    this.fronts.push(front);
    return front;
  }

  async execute(request: ExecuteRequest): Promise<ExecuteOutcome> {
    this.requests.push(request);
    return this.cell(request);
  }

  async comm(message: CommMessage): Promise<void> {
    await this.heardComm(message);
  }

  interrupt(): void {
    this.interrupts.push(performance.now());
  }

  async shutdown(_restart: boolean, reply: () => void): Promise<void> {
    reply();
    await this.wire.flush();
    await this.close();
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.wire.close();
    this.language.close();
  }

  async end(): Promise<void> {
    await this.close();
    for (const front of this.fronts) front.close();
  }
}
