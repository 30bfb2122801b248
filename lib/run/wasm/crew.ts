// One generation of worker threads: starts them, brings them programs and segments, hands runs over and waits for the end.
// When one dies unexpectedly the crew is lost as a whole: the others are stopped, and the pending run learns why.

import { setTimeout } from "node:timers/promises";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { Barrier, spinMilliseconds, spinWhileEqual } from "./barrier.js";
import {
  type Mail,
  makeControl,
  type Report,
  sequenceWord,
  type WorkerProgram,
  type WorkerSetup,
  word,
} from "./control.js";
import type { StepTimes } from "./executor.js";
import type { Heap } from "./heap.js";

/** A run that could not be completed. */
export class PoolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PoolError";
  }
}

/** One hand-over. */
export interface Order {
  readonly program: WorkerProgram;
  readonly repeat: number;
  readonly profile: boolean;
  /** Names a step in errors. */
  readonly describe: (step: number) => string;
}

interface Member {
  readonly thread: Worker;
  readonly port: MessagePort;
  /** What it has been sent. */
  readonly programs: Set<number>;
  segments: number;
}

const stopMilliseconds = 2000;

export class Crew {
  readonly #members: readonly Member[];
  readonly #control: Int32Array;
  readonly #barrier: Barrier;
  /** Keeps the process alive while a run is pending: neither the threads nor Atomics.waitAsync do. */
  readonly #alive: NodeJS.Timeout;
  #running = false;
  /** Set once the crew takes no more orders; resolves when all threads have ended. */
  #stopped: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(workers: number) {
    this.#control = makeControl(workers);
    this.#barrier = new Barrier(this.#control);
    this.#alive = setInterval(() => {}, 2 ** 30).unref();
    this.#members = Array.from({ length: workers }, (_, worker) => this.#start(worker));
  }

  get threads(): readonly Worker[] {
    return this.#members.map((member) => member.thread);
  }

  /** Undefined while the crew takes orders. Else it is lost or stopping, and this resolves when all threads have ended. */
  get stopped(): Promise<void> | undefined {
    return this.#stopped;
  }

  /** Runs the program on its participants, one run at a time. Rejects with a PoolError if a worker fails or dies; none runs on then. */
  async run(order: Order, heap: Heap): Promise<readonly StepTimes[] | undefined> {
    const { program, repeat, profile } = order;
    const control = this.#control;
    this.#running = true;
    this.#alive.ref();
    try {
      this.#deliver(program, heap);
      this.#barrier.reset();
      Atomics.store(control, word.program, program.id);
      Atomics.store(control, word.repeat, repeat);
      Atomics.store(control, word.participants, program.participants);
      Atomics.store(control, word.profile, profile ? 1 : 0);
      Atomics.store(control, word.finished, 0);
      Atomics.store(control, word.failed, 0);
      const done = Atomics.load(control, word.done);
      // A worker that has to be woken may first want the core that this thread is on.
      const woken = this.#wake(program.participants);
      if (woken === 0) spinWhileEqual(control, word.done, done, spinMilliseconds(program.participants + 1));
      while (Atomics.load(control, word.done) === done) {
        const change = Atomics.waitAsync(control, word.done, done);
        if (change.async) await change.value;
      }
      if (this.#stopped !== undefined) {
        await this.#stopped;
        throw this.#failure;
      }
      return this.#reports(order);
    } finally {
      this.#alive.unref();
      this.#running = false;
    }
  }

  forget(program: number): void {
    for (const member of this.#members)
      if (member.programs.delete(program)) this.#post(member, { kind: "unload", id: program });
  }

  /** Ends the threads. A pending run rejects. */
  stop(): Promise<void> {
    return this.#shut(new PoolError("the pool was disposed of during the run"), this.#running);
  }

  #start(worker: number): Member {
    const { port1, port2 } = new MessageChannel();
    const setup: WorkerSetup = { worker, control: this.#control, port: port2 };
    const thread = new Worker(new URL("./worker.js", import.meta.url), {
      name: `weft worker ${worker}`,
      workerData: setup,
      transferList: [port2],
      // The options of the main thread may not suit a file (--input-type refuses it).
      execArgv: [],
    });
    let reason: unknown;
    thread.on("error", (error) => {
      reason = error;
    });
    thread.on("exit", (code) => {
      const how = reason === undefined ? `it exited with code ${code}` : String(reason);
      const lost = new PoolError(`worker ${worker} died: ${how}`, reason === undefined ? {} : { cause: reason });
      this.#shut(lost, true);
    });
    thread.unref();
    return { thread, port: port1, programs: new Set(), segments: 0 };
  }

  /** Posts what the participants do not know yet. They read it when they are woken. */
  #deliver(program: WorkerProgram, heap: Heap): void {
    for (const member of this.#members.slice(0, program.participants)) {
      while (member.segments < heap.segmentCount) {
        this.#post(member, { kind: "segment", memory: heap.memory(member.segments) });
        member.segments++;
      }
      if (member.programs.has(program.id)) continue;
      this.#post(member, { kind: "load", program });
      member.programs.add(program.id);
    }
  }

  #post(member: Member, mail: Mail): void {
    member.port.postMessage(mail);
    Atomics.add(this.#control, word.mail, 1);
  }

  /** Says how many of the workers were asleep. */
  #wake(workers: number): number {
    let woken = 0;
    for (let worker = 0; worker < workers; worker++) {
      Atomics.add(this.#control, sequenceWord(worker), 1);
      woken += Atomics.notify(this.#control, sequenceWord(worker));
    }
    return woken;
  }

  /** After a run: the times that each participant measured, or the reason of the worker that failed first. */
  #reports({ program, profile, describe }: Order): readonly StepTimes[] | undefined {
    const failed = Atomics.load(this.#control, word.failed) - 1;
    if (failed < 0 && !profile) return undefined;
    const reports = this.#members.map(({ port }) => receive(port));
    if (failed < 0) return reports.slice(0, program.participants).filter((report) => report?.kind === "profile");
    const report = reports[failed];
    if (report?.kind !== "failure") throw new PoolError(`worker ${failed} failed`);
    const at = report.step === undefined ? "" : ` at ${describe(report.step)}`;
    throw new PoolError(`worker ${failed} failed${at}: ${report.reason}`);
  }

  #shut(failure: Error, atOnce: boolean): Promise<void> {
    this.#stopped ??= this.#end(failure, atOnce);
    return this.#stopped;
  }

  async #end(failure: Error, atOnce: boolean): Promise<void> {
    const control = this.#control;
    const threads = this.threads;
    this.#alive.ref();
    this.#barrier.abort();
    if (!atOnce) {
      const exits = threads.map((thread) => new Promise((resolve) => thread.once("exit", resolve)));
      Atomics.store(control, word.exit, 1);
      this.#wake(threads.length);
      await Promise.race([Promise.all(exits), setTimeout(stopMilliseconds, undefined, { ref: false })]);
    }
    // Until all have ended, one may still be writing to memory that the user takes for settled.
    await Promise.all(threads.map((thread) => thread.terminate()));
    for (const { port } of this.#members) port.close();
    clearInterval(this.#alive);
    this.#failure = failure;
    Atomics.add(control, word.done, 1);
    Atomics.notify(control, word.done);
  }
}

/** The last message in the port. */
function receive(port: MessagePort): Report | undefined {
  let last: Report | undefined;
  for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
    last = received.message;
  }
  return last;
}
