// A kernel at work: requests of the wire go to the cells, what the cells make goes out.

import { MessageChannel } from "node:worker_threads";
import { type CellError, type Cells, createCells, type Outcome } from "../cell/index.js";
import { bundleOf } from "../display/index.js";
import type { CellsSide, ExecuteOutcome, ExecuteRequest, Wire } from "../wire/link.js";
import type { ConnectionInfo } from "../wire/messages.js";
import { openWire } from "../wire/open.js";
import { surviveAccidents } from "./accidents.js";
import { Comms } from "./comms.js";
import { makeGlobals } from "./globals.js";
import { Interrupts } from "./interrupts.js";
import { languageInfo } from "./language.js";
import { plugIn } from "./library.js";
import { Outputs } from "./outputs.js";
import { onBehalfOf } from "./parents.js";
import { makePrompts } from "./prompts.js";
import { captureStreams } from "./streams.js";

export interface SessionOptions {
  readonly connection: ConnectionInfo;
  readonly javascript: boolean;
  /** Folder of the notebook. */
  readonly root: string;
  readonly historyFile: string | null;
  /** Of this package. */
  readonly version: string;
}

/** Opens the sockets and serves cells until a shutdown request has been answered. */
export async function serve(options: SessionOptions): Promise<void> {
  const language = new MessageChannel();
  let isReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  let ended = (): void => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  let opened: Wire | null = null;
  // Nothing can be published before the sockets are there, and nobody listens.
  const wire: Pick<Wire, "publish" | "input"> = {
    publish: (id, publication) => opened?.publish(id, publication),
    input: (id, message, hidden) => (opened as Wire).input(id, message, hidden),
  };
  const streams = captureStreams(wire);
  const outputs = new Outputs(wire, streams);
  const interrupts = new Interrupts();
  const comms = new Comms((type, content, extras) => outputs.publish(type, content, extras));
  const accidents = surviveAccidents(report);

  const cellsSide: CellsSide = {
    execute: (request) => onBehalfOf(request.id, () => ready.then(() => execute(request))),
    comm: (message) =>
      onBehalfOf(message.id, () => comms.receive(message)).catch((thrown) =>
        report(thrown, "Error in a comm's handler"),
      ),
    interrupt() {
      if (!interrupts.take()) cells.interrupt();
    },
    async shutdown(_restart, reply) {
      accidents.release();
      streams.flush();
      await cells.close();
      reply();
      ended();
    },
  };
  // Sockets and compiler start side by side: the front end has its first reply before TypeScript is loaded.
  const opening = openWire(options.connection, cellsSide, {
    language: language.port1,
    historyFile: options.historyFile,
    version: options.version,
    ...languageInfo(options.javascript),
  });
  const creating = createCells({
    root: options.root,
    javascript: options.javascript,
    language: language.port2,
    globals: { ...makeGlobals(outputs, comms, makePrompts(wire, streams.flush)) },
    onLibrary: (library) => plugIn(library, outputs, interrupts),
  });
  const socketed = await opening;
  opened = socketed;
  const cells: Cells = await creating;
  isReady();

  function report(thrown: unknown, kind: string): void {
    const { traceback } = cells.describe(thrown);
    process.stderr.write(`${kind}:\n${traceback.join("\n")}\n`);
  }

  async function execute(request: ExecuteRequest): Promise<ExecuteOutcome> {
    const outcome = await cells.run(request.code, request.executionCount);
    if (outcome.status === "ok" && outcome.hasValue && !request.silent)
      outputs.result(outcome.value, request.executionCount);
    await outputs.settled(request.id);
    if (outcome.status === "error") {
      if (!request.silent) await outputs.explain(outcome.error.thrown);
      const content = errorContent(outcome.error);
      if (!request.silent) outputs.publish("error", content);
      return { status: "error", ...content };
    }
    const found: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(request.userExpressions)) {
      found[name] = await expressionContent(await cells.evaluate(expression));
    }
    return { status: "ok", payload: [], user_expressions: found };
  }

  await end;
  streams.release();
  await socketed.flush();
  await socketed.close();
}

function errorContent(error: CellError): { ename: string; evalue: string; traceback: readonly string[] } {
  return { ename: error.name, evalue: error.message, traceback: error.traceback };
}

async function expressionContent(outcome: Outcome): Promise<Record<string, unknown>> {
  if (outcome.status === "error") return { status: "error", ...errorContent(outcome.error) };
  return { status: "ok", data: await bundleOf(outcome.value), metadata: {} };
}
