// The body of a worker thread: waits for hand-overs on the control words and does its share of each, until told to exit.
// It never returns to its event loop in between, so everything it is told comes through shared words or is fetched.

import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { Aborted, Barrier, spinMilliseconds, spinWhileEqual } from "./barrier.js";
import { collectGarbage } from "./collect.js";
import { type Mail, type Report, sequenceWord, type WorkerProgram, type WorkerSetup, word } from "./control.js";
import { Executor } from "./executor.js";

/** Programs dropped between two collections. */
const collectAfter = 64;

function serve({ worker, control, port }: WorkerSetup): void {
  const barrier = new Barrier(control);
  const memories: WebAssembly.Memory[] = [];
  const programs = new Map<number, WorkerProgram>();
  let forgotten = 0;
  const executors = new Map<number, Executor>();
  const sequence = sequenceWord(worker);
  let seenSequence = 0;
  let seenMail = 0;

  function readMail(): void {
    const posted = Atomics.load(control, word.mail);
    if (posted === seenMail) return;
    seenMail = posted;
    for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
      const mail: Mail = received.message;
      if (mail.kind === "segment") memories.push(mail.memory);
      else if (mail.kind === "load") programs.set(mail.program.id, mail.program);
      else {
        programs.delete(mail.id);
        executors.delete(mail.id);
        // A worker makes so little garbage of its own that dropped programs would stay for ever.
        if (++forgotten % collectAfter === 0) collectGarbage();
      }
    }
  }

  function executorOf(id: number): Executor {
    let executor = executors.get(id);
    if (executor === undefined) {
      const program = programs.get(id);
      if (program === undefined) throw new Error(`program ${id} is not loaded`);
      executor = new Executor(program, { worker, barrier, memories });
      executors.set(id, executor);
    }
    return executor;
  }

  function run(): void {
    let executor: Executor | undefined;
    try {
      readMail();
      executor = executorOf(Atomics.load(control, word.program));
      const timed = Atomics.load(control, word.profile) !== 0;
      const times = executor.run(Atomics.load(control, word.repeat), timed);
      if (times !== undefined) port.postMessage({ kind: "profile", ...times } satisfies Report);
    } catch (error) {
      if (!(error instanceof Aborted)) {
        // The reason must be readable before the run counts as failed.
        port.postMessage({ kind: "failure", step: executor?.at, reason: String(error) } satisfies Report);
        Atomics.compareExchange(control, word.failed, 0, worker + 1);
      }
      barrier.abort();
    }
  }

  let patienceMilliseconds = 0;
  for (;;) {
    if (!spinWhileEqual(control, sequence, seenSequence, patienceMilliseconds)) {
      Atomics.wait(control, sequence, seenSequence);
    }
    const current = Atomics.load(control, sequence);
    if (current === seenSequence) continue;
    seenSequence = current;
    if (Atomics.load(control, word.exit) !== 0) break;
    // Read while the run cannot end: the next one may have another number.
    const participants = Atomics.load(control, word.participants);
    run();
    patienceMilliseconds = spinMilliseconds(participants);
    if (Atomics.add(control, word.finished, 1) + 1 === participants) {
      Atomics.add(control, word.done, 1);
      // The main thread slept, and may be woken on this very core: let it have it before long.
      if (Atomics.notify(control, word.done) > 0) patienceMilliseconds = 0.03;
    }
  }
  port.close();
}

serve(workerData as WorkerSetup);
