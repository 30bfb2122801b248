// Runs and stops: V8's pauses in, those that a user should see out. Others are gone on from at once.

import type { Debugger } from "node:inspector";
import type { Breakpoints } from "./breakpoints.js";
import type { Frames } from "./frames.js";
import { type Scripts, userPlace } from "./scripts.js";
import type { Target } from "./target.js";

type Step = "stepOver" | "stepInto" | "stepOut";

export interface ControlOptions {
  readonly scripts: Scripts;
  readonly breakpoints: Breakpoints;
  readonly frames: Frames;
  readonly target: () => Target | null;
  readonly stopped: (reason: string, more: { readonly hitBreakpointIds?: readonly number[]; text?: string }) => void;
  readonly continued: () => void;
}

interface Stepping {
  readonly step: Step;
  /** Where the step began: calls, function and line. */
  readonly depth: number;
  readonly function: string;
  readonly line: number | null;
  left: number;
}

/** Statements of one line that a step goes over before it stops there. */
const repeatsAtMost = 200;

export class Control {
  readonly #options: ControlOptions;
  #calls: readonly Debugger.CallFrame[] | null = null;
  #stepping: Stepping | null = null;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  get isPaused(): boolean {
    return this.#calls !== null;
  }

  paused({ callFrames, reason, data, hitBreakpoints = [] }: Debugger.PausedEventDataType): void {
    const { breakpoints, frames, stopped } = this.#options;
    const [top] = callFrames;
    if (isStart(reason, data)) {
      void this.#start(top?.location.scriptId ?? "");
      return;
    }
    const hit = breakpoints.hit(hitBreakpoints);
    const isError = reason === "exception" || reason === "promiseRejection";
    const stepping = this.#stepping;
    const again = stepping && hit.length === 0 && !isError ? this.#again(stepping, callFrames) : null;
    if (!again) this.#stepping = null;
    if (!again) frames.set(callFrames);
    // Nothing of the user's may be running.
    const on = again ?? (frames.stack.length === 0 ? "resume" : null);
    if (on) {
      this.#go(on);
      return;
    }
    this.#calls = callFrames;
    this.#options.target()?.tellPaused();
    const thrown = (data as { description?: string } | undefined)?.description?.split("\n    at ")[0];
    if (hit.length > 0) stopped("breakpoint", { hitBreakpointIds: hit });
    else if (isError) stopped("exception", thrown ? { text: thrown } : {});
    else stopped(stepping ? "step" : "pause", {});
  }

  resume(): void {
    if (this.#leave()) this.#go("resume");
  }

  step(step: Step): void {
    const [top] = this.#calls ?? [];
    const depth = this.#calls?.length ?? 0;
    if (!this.#leave() || !top) return;
    this.#stepping = { step, depth, function: functionOf(top), line: this.#line(top), left: repeatsAtMost };
    this.#go(step);
  }

  /** Ends the script at the place where it is paused, after `first`; false when it isn't paused. */
  terminate(first: string): boolean {
    if (!this.#leave()) return false;
    const session = this.#options.target()?.session;
    session?.post("Runtime.evaluate", { expression: first, silent: true }).catch(() => {});
    session?.post("Debugger.resume", { terminateOnResume: true }).catch(() => {});
    return true;
  }

  #leave(): boolean {
    if (!this.#calls) return false;
    this.#calls = null;
    this.#stepping = null;
    this.#options.frames.clear();
    this.#options.continued();
    return true;
  }

  #go(how: "resume" | Step): void {
    const session = this.#options.target()?.session;
    // It fails where the pause has ended meanwhile.
    session?.post(`Debugger.${how}`).catch(() => {});
  }

  /** A script is about to run. */
  async #start(id: string): Promise<void> {
    const script = this.#options.scripts.user(id);
    try {
      if (script) await this.#options.breakpoints.prepare(script);
    } finally {
      this.#go("resume");
    }
  }

  /** How a step goes on from a place that isn't worth a stop; null for one that is. */
  #again(stepping: Stepping, calls: readonly Debugger.CallFrame[]): Step | "resume" | null {
    const [top] = calls;
    if (!top || --stepping.left <= 0) return null;
    if (!this.#options.scripts.user(top.location.scriptId)) {
      // Steps go into files of the user's, not into what these stand on.
      return this.#options.scripts.plain(top.location.scriptId) ? null : "stepOut";
    }
    const line = this.#line(top);
    if (line === null) return stepping.step === "stepOut" ? "stepOver" : stepping.step;
    if (stepping.step === "stepOut") return null;
    const same = functionOf(top) === stepping.function && calls.length <= stepping.depth && line === stepping.line;
    return same ? stepping.step : null;
  }

  #line({ location }: Debugger.CallFrame): number | null {
    const script = this.#options.scripts.user(location.scriptId);
    return script ? (userPlace(script, location)?.line ?? null) : location.lineNumber;
  }
}

/** A pause before the first line of a script. */
function isStart(reason: string, data: unknown): boolean {
  const { reasons = [] } = (data ?? {}) as { reasons?: readonly { reason?: string }[] };
  return reason === "instrumentation" || reasons.some((one) => one.reason === "instrumentation");
}

const functionOf = ({ functionLocation: at }: Debugger.CallFrame): string =>
  at ? `${at.scriptId}:${at.lineNumber}:${at.columnNumber}` : "";
