// The sockets' own thread: heartbeat, control and streams live on while a cell computes.

import { parentPort, workerData } from "node:worker_threads";
import { DebugAdapter } from "../debug/index.js";
import { Interrupter } from "./interrupt.js";
import { type DropReason, dropReasons, type ThreadData, type ToCells, type ToSockets } from "./link.js";
import { log } from "./log.js";
import { onOrphaned } from "./orphan.js";
import { Protocol } from "./protocol.js";
import { Questions } from "./questions.js";
import { onSigint } from "./sigint.js";
import { Signer } from "./sign.js";
import { Sockets } from "./sockets.js";

const data = workerData as ThreadData;
const cells = parentPort as NonNullable<typeof parentPort>;

// Whatever goes wrong with one message, the next one is answered.
process.on("uncaughtException", (error) => log(`the thread of the sockets goes on after: ${error?.stack ?? error}`));

try {
  await open();
} catch (error) {
  cells.postMessage({
    kind: "failed",
    reason: error instanceof Error ? error.message : String(error),
  } satisfies ToCells);
  cells.close();
  data.language.close();
  data.answers.close();
}

async function open(): Promise<void> {
  const sigint = onSigint(() => protocol.interrupt());
  const signer = new Signer(data.connection, dropped);
  const sockets = new Sockets();
  const questions = new Questions(data.language);
  const debug = new DebugAdapter({
    tell: (event) => protocol.debugged(event),
    translate: (code) => questions.javascript(code),
    javascript: data.languageInfo["name"] === "javascript",
  });
  const interrupter = new Interrupter(
    (message) => cells.postMessage(message),
    (first) => debug.terminate(first),
  );
  const protocol: Protocol = new Protocol({
    data,
    signer,
    toCells: (message) => interrupter.send(message),
    send: (channel, frames) => void sockets.send(channel, frames),
    interrupt: () => interrupter.interrupt(),
    dropped,
    questions,
    debug,
  });

  // A cell may compute without end before it is watched: then nobody would hear of a signal.
  await sigint.watching;
  try {
    await sockets.open(data.connection, {
      receive(channel, frames) {
        const received = signer.decode(frames);
        if (received) protocol.receive(channel, received);
      },
      subscribed: (topic) => protocol.welcome(topic),
    });
  } catch (error) {
    await sockets.close();
    await sigint.end();
    throw error;
  }
  protocol.starting();
  cells.postMessage({ kind: "opened" } satisfies ToCells);

  const endWatch = onOrphaned(() => void sockets.close().then(endProcess));
  const close = async (): Promise<void> => {
    endWatch();
    interrupter.close();
    debug.close();
    await sigint.end();
    await sockets.close();
    data.language.close();
    data.answers.close();
    cells.close();
  };

  cells.on("message", (message: ToSockets) => {
    switch (message.kind) {
      case "publish":
        return protocol.publish(message.id, message.publication);
      case "outcome":
        return protocol.outcome(message.id, message.failed, message.content);
      case "commDone":
        return protocol.commDone(message.id);
      case "input":
        return protocol.input(message.id, message.prompt, message.password);
      case "interrupted":
        return interrupter.heard(message.number);
      case "sigint":
        return protocol.interrupt();
      case "shutDown":
        return protocol.shutDown();
      case "flush":
        return void sockets.flush().then(() => interrupter.send({ kind: "flushed", key: message.key }));
      case "close":
        return void close();
    }
  });
}

function dropped(reason: DropReason): void {
  // The first one of a kind is worth a line: a wrong key makes a kernel that never answers.
  if (Atomics.add(data.dropped, dropReasons.indexOf(reason), 1) === 0) log(`dropped a message: ${reason}`);
}

/** Nobody is left who could ask for a proper end. */
function endProcess(): void {
  process.kill(process.pid, "SIGTERM");
  // Cells may listen to that.
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 1000);
}
