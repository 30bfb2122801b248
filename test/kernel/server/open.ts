// A server over a new folder, and Jupyter's own client to it; all gone after the test.

import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { fileURLToPath } from "node:url";
import { ContentsManager, KernelManager, ServerConnection, SessionManager } from "@jupyterlab/services";
import type { IKernelConnection } from "@jupyterlab/services/lib/kernel/kernel.js";
import type { IIOPubMessage } from "@jupyterlab/services/lib/kernel/messages.js";
import type { ISessionConnection } from "@jupyterlab/services/lib/session/session.js";
import { nodeFlags } from "../../../kernel/install.js";
import { type KernelSpec, type RunningServer, type ServerOptions, startServer } from "../../../kernel/server/index.js";
import { removeFolder, temporaryFolder } from "../../folders.js";

/** A kernel of plain JavaScript that starts in no time: for what a server does with any kernel. */
export const plainKernel: KernelSpec = {
  argv: [
    process.execPath,
    ...nodeFlags,
    fileURLToPath(new URL("../wire/busyKernel.js", import.meta.url)),
    "{connection_file}",
  ],
  display_name: "plain",
  language: "javascript",
  interrupt_mode: "message",
};

export class Opened {
  readonly server: RunningServer;
  readonly root: string;
  readonly settings: ServerConnection.ISettings;
  readonly contents: ContentsManager;
  readonly kernels: KernelManager;
  readonly sessions: SessionManager;
  readonly #debug = console.debug;
  readonly #warn = console.warn;

  constructor(server: RunningServer, root: string) {
    this.server = server;
    this.root = root;
    // The client tells of each socket and state.
    console.debug = () => {};
    console.warn = () => {};
    this.settings = ServerConnection.makeSettings({ baseUrl: server.url, token: server.token, appendToken: true });
    this.contents = new ContentsManager({ serverSettings: this.settings });
    this.kernels = new KernelManager({ serverSettings: this.settings });
    this.sessions = new SessionManager({ kernelManager: this.kernels, serverSettings: this.settings });
  }

  /** A session with one of Weft's kernels. */
  session(path = "a.ipynb", name = "weft"): Promise<ISessionConnection> {
    return this.sessions.startNew({ path, type: "notebook", name: path, kernel: { name } });
  }

  /** A request exactly as written: nothing in the path is made proper. */
  raw(method: string, path: string, options: RawOptions = {}): Promise<RawReply> {
    const { token = this.server.token, headers = {}, body } = options;
    return new Promise((resolve, reject) => {
      const authorization = token === "" ? {} : { authorization: `token ${token}` };
      // Node leaves it out for some methods.
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const request = httpRequest(
        {
          agent: false,
          host: "127.0.0.1",
          port: this.server.port,
          method,
          path,
          headers: { ...authorization, ...length, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
          response.on("error", reject);
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  async json(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: never }> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const { status, text } = await this.raw(method, path, sent);
    return { status, body: (text === "" ? null : JSON.parse(text)) as never };
  }

  async close(): Promise<void> {
    this.sessions.dispose();
    this.kernels.dispose();
    this.contents.dispose();
    console.debug = this.#debug;
    console.warn = this.#warn;
    await this.server.close();
    removeFolder(this.root);
    removeFolder(`${this.root}-state`);
  }
}

export interface RawOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export async function open(options: Partial<ServerOptions> = {}): Promise<Opened> {
  const root = temporaryFolder("root");
  return new Opened(await startServer({ root, state: `${root}-state`, port: 0, ...options }), root);
}

export interface Ran {
  readonly reply: Record<string, unknown>;
  readonly outputs: readonly IIOPubMessage[];
  /** Of streams. */
  readonly text: string;
}

export async function run(kernel: IKernelConnection, code: string): Promise<Ran> {
  const future = kernel.requestExecute({ code });
  const outputs: IIOPubMessage[] = [];
  future.onIOPub = (message) => {
    if (message.header.msg_type !== "status") outputs.push(message);
  };
  const reply = (await future.done).content as unknown as Record<string, unknown>;
  const streams = outputs.filter((one) => one.header.msg_type === "stream");
  return { reply, outputs, text: streams.map((one) => (one.content as unknown as { text: string }).text).join("") };
}

/** Until it holds; the story is told when it doesn't within the time. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
