// The sockets' own thread: heartbeat, control and streams live on while a cell computes.

import { parentPort, workerData } from "node:worker_threads";
import { Interrupter, onSigint } from "./interrupt.js";
import type { ThreadData, ToCells, ToSockets } from "./link.js";
import { Protocol } from "./protocol.js";
import { Signer } from "./sign.js";
import { Sockets } from "./sockets.js";

const data = workerData as ThreadData;
const cells = parentPort as NonNullable<typeof parentPort>;
const toCells = (message: ToCells): void => cells.postMessage(message);

const signer = new Signer(data.connection);
const sockets = new Sockets();
const interrupter = new Interrupter(() => toCells({ kind: "interrupt" }));
const protocol = new Protocol({
  data,
  signer,
  toCells,
  send: (channel, frames) => void sockets.send(channel, frames),
  interrupt: () => interrupter.interrupt(),
});
const sigint = onSigint(() => protocol.interrupt());

cells.on("message", (message: ToSockets) => {
  switch (message.kind) {
    case "publish":
      return protocol.publish(message.id, message.publication);
    case "outcome":
      return protocol.outcome(message.id, message.outcome);
    case "commDone":
      return protocol.commDone(message.id);
    case "input":
      return protocol.input(message.id, message.prompt, message.password);
    case "interrupted":
      return interrupter.heard();
    case "shutDown":
      return protocol.shutDown();
    case "flush":
      return toCells({ kind: "flushed", key: message.key });
    case "close":
      return void close();
  }
});

async function close(): Promise<void> {
  interrupter.close();
  await sockets.close();
  await sigint?.terminate();
  data.language.close();
  data.answers.close();
  toCells({ kind: "closed" });
  cells.close();
}

try {
  await sockets.open(data.connection, {
    receive(channel, frames) {
      const received = signer.decode(frames);
      if (received) protocol.receive(channel, received);
    },
    subscribed: (topic) => protocol.welcome(topic),
  });
  protocol.starting();
  toCells({ kind: "opened" });
} catch (error) {
  toCells({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
}
