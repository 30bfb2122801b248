// Stops what runs on the cells' thread: by asking, and when nobody answers through the inspector.

import { Session } from "node:inspector";
import { beforeTermination } from "./asyncStack.js";
import { interruptChildren } from "./children.js";
import type { ToCells } from "./link.js";

/** How long the cells' thread may take to hear of an interrupt before its script is ended. */
const patienceMs = 400;

/** How long a script may take to end before what it waits for is ended. */
const nativeMs = 100;

export class Interrupter {
  readonly #post: (message: ToCells) => void;
  readonly #terminatePaused: (first: string) => boolean;
  #timer: NodeJS.Timeout | null = null;
  #session: Session | null = null;
  #number = 0;
  /** What waits until the script has ended; else the end might hit the message's own handler. Null: nothing has to wait. */
  #held: ToCells[] | null = null;

  /** `terminatePaused` evaluates and then ends a script that a debugger has paused; false when there is none. */
  constructor(post: (message: ToCells) => void, terminatePaused: (first: string) => boolean) {
    this.#post = post;
    this.#terminatePaused = terminatePaused;
  }

  /** A message to the cells' thread. */
  send(message: ToCells): void {
    if (this.#held) this.#held.push(message);
    else this.#post(message);
  }

  interrupt(): void {
    this.#number++;
    if (this.#endPause()) return;
    this.send({ kind: "interrupt", number: this.#number, terminated: false });
    this.#wait();
  }

  /** The cells' thread has heard of the interrupt of this number. */
  heard(number: number): void {
    if (number !== this.#number) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  close(): void {
    this.heard(this.#number);
    this.#session?.disconnect();
    this.#session = null;
    for (const message of this.#held?.splice(0) ?? []) this.#post(message);
    this.#held = null;
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#terminate();
    }, patienceMs);
  }

  /** Ends the script that computes; its thread goes on, with all its variables. */
  #terminate(): void {
    if (this.#held || this.#endPause()) return;
    this.#held = [];
    this.#connected().post("Runtime.evaluate", { expression: beforeTermination, silent: true });
    // The call comes back once the script has ended. It can't while native code runs, which waits for other processes mostly.
    const stuck = setTimeout(interruptChildren, nativeMs);
    this.#connected().post("Runtime.terminateExecution", () => {
      clearTimeout(stuck);
      const held = this.#held ?? [];
      this.#held = null;
      this.#post({ kind: "interrupt", number: this.#number, terminated: true });
      for (const message of held) this.#post(message);
      // Should the thread compute on all the same, by a timer's next round.
      this.#wait();
    });
  }

  /** A paused thread hears nothing: its script ends where it stands. */
  #endPause(): boolean {
    if (!this.#terminatePaused(beforeTermination)) return false;
    this.#post({ kind: "interrupt", number: this.#number, terminated: true });
    this.#wait();
    return true;
  }

  #connected(): Session {
    if (!this.#session) {
      this.#session = new Session();
      this.#session.connectToMainThread();
    }
    return this.#session;
  }
}
