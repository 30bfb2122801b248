// The main thread as V8's inspector shows it to this one.

import type { Debugger, Runtime } from "node:inspector";
import { Session } from "node:inspector/promises";
import { DebugError } from "./messages.js";
import { offered } from "./offer.js";

export interface TargetEvents {
  scriptParsed(script: Debugger.ScriptParsedEventDataType): void;
  paused(event: Debugger.PausedEventDataType): void;
}

/** Objects that a front end has asked for live as long as this group. */
const objectGroup = "weft-debug";

type Result = Runtime.EvaluateReturnType;

export class Target {
  readonly session: Session = new Session();
  readonly #events: TargetEvents;
  #enabled: Promise<void> | null = null;

  constructor(events: TargetEvents) {
    this.#events = events;
    this.session.connectToMainThread();
  }

  /** From now on breakpoints are hit. `skipped`: patterns of scripts that steps don't go into. */
  enable(skipped: readonly string[]): Promise<void> {
    this.#enabled ??= this.#enable(skipped);
    return this.#enabled;
  }

  async #enable(skipped: readonly string[]): Promise<void> {
    this.session.on("Debugger.scriptParsed", ({ params }) => this.#events.scriptParsed(params));
    this.session.on("Debugger.paused", ({ params }) => this.#events.paused(params));
    await this.session.post("Debugger.enable");
    await this.session.post("Debugger.setBlackboxPatterns", { patterns: [...skipped] });
    // Cells are paused before their first line, so that breakpoints can be set in what was just compiled.
    await this.session.post("Debugger.setInstrumentationBreakpoint", {
      instrumentation: "beforeScriptWithSourceMapExecution",
    });
  }

  /** What waits for a timer can't wait any longer. */
  tellPaused(): void {
    this.session.post("Runtime.evaluate", { expression: `${offered}?.paused()`, silent: true }).catch(() => {});
  }

  close(): void {
    this.session.disconnect();
  }

  /** Evaluates in a paused frame, or among the cells' names. */
  async evaluate(expression: string, frame: string | null): Promise<Runtime.RemoteObject> {
    // Sent together: nothing else comes between.
    const exposing = this.session.post("Runtime.evaluate", { expression: `${offered}?.expose()` });
    const asked = this.#ask({ expression, objectGroup, generatePreview: true, silent: true }, frame);
    const concealing = this.session.post("Runtime.evaluate", { expression: `${offered}?.conceal()` });
    const [, result] = await Promise.all([exposing, asked, concealing]);
    return resultOf(result);
  }

  #ask(settings: Runtime.EvaluateParameterType, frame: string | null): Promise<Result> {
    if (frame === null) return this.session.post("Runtime.evaluate", settings);
    return this.session.post("Debugger.evaluateOnCallFrame", { ...settings, callFrameId: frame });
  }

  /** Calls a method of what the cells' thread offers. */
  async call(
    method: string,
    values: readonly Runtime.CallArgument[],
    options: Partial<Runtime.CallFunctionOnParameterType> = {},
  ): Promise<Runtime.RemoteObject> {
    const offer = resultOf(await this.session.post("Runtime.evaluate", { expression: offered, objectGroup }));
    if (!offer.objectId) throw new DebugError("the cells' thread offers nothing to a debugger");
    return this.callOn(offer.objectId, `function (...values) { return this.${method}(...values); }`, values, options);
  }

  async callOn(
    objectId: string,
    functionDeclaration: string,
    values: readonly Runtime.CallArgument[] = [],
    options: Partial<Runtime.CallFunctionOnParameterType> = {},
  ): Promise<Runtime.RemoteObject> {
    const settings = { functionDeclaration, objectId, objectGroup, arguments: [...values], silent: true, ...options };
    return resultOf(await this.session.post("Runtime.callFunctionOn", settings));
  }

  async properties(objectId: string): Promise<Runtime.GetPropertiesReturnType> {
    return this.session.post("Runtime.getProperties", { objectId, ownProperties: true, generatePreview: true });
  }

  release(): void {
    this.session.post("Runtime.releaseObjectGroup", { objectGroup }).catch(() => {});
  }
}

/** A value as an argument of a call. */
export function argumentOf(value: Runtime.RemoteObject): Runtime.CallArgument {
  if (value.objectId) return { objectId: value.objectId };
  if (value.unserializableValue) return { unserializableValue: value.unserializableValue };
  return { value: value.value };
}

function resultOf({ result, exceptionDetails }: Result): Runtime.RemoteObject {
  if (!exceptionDetails) return result;
  const { exception, text } = exceptionDetails;
  const said = exception?.description?.split("\n    at ")[0] ?? (exception ? String(exception.value) : text);
  throw new DebugError(said);
}
