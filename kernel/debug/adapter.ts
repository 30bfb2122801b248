// The Debug Adapter Protocol as Jupyter speaks it: requests in, answers out, events told
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request).

import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Breakpoints, type Wanted } from "./breakpoints.js";
import { Control } from "./control.js";
import { Frames } from "./frames.js";
import { type DapEvent, DebugError, type Json } from "./messages.js";
import { type CellPaths, Scripts } from "./scripts.js";
import { argumentOf, Target } from "./target.js";
import { typeText, valueText } from "./values.js";
import { Variables } from "./variables.js";

export interface AdapterOptions {
  readonly tell: (event: DapEvent) => void;
  /** TypeScript to JavaScript: users write expressions as they write cells. */
  readonly translate: (code: string) => Promise<string>;
  readonly javascript: boolean;
}

type Command = (wanted: Json) => Promise<Json> | Json;

/** Cells run on the main thread, which front ends call thread 1. */
const threadId = 1;
const hashSeed = 0xc70f6907;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** Scripts that steps don't go into: Node, the library, packages. */
const packageFolder = new URL("../..", import.meta.url).href;
const skipped: readonly string[] = ["^node:", `^${escaped(packageFolder)}`, "[\\\\/]node_modules[\\\\/]", "^$"];
const machinery: readonly string[] = ["node:", `${packageFolder}kernel/`];

export class DebugAdapter {
  readonly #options: AdapterOptions;
  readonly #paths: CellPaths;
  readonly #scripts: Scripts;
  readonly #breakpoints: Breakpoints;
  readonly #variables: Variables;
  readonly #frames: Frames;
  readonly #control: Control;
  readonly #commands: ReadonlyMap<string, Command>;
  #target: Target | null = null;
  #isStarted = false;
  #seq = 0;

  constructor(options: AdapterOptions) {
    this.#options = options;
    const folder = join(tmpdir(), `weft_${process.pid}`);
    this.#paths = { prefix: folder + sep, suffix: options.javascript ? ".js" : ".ts", seed: hashSeed };
    this.#scripts = new Scripts(this.#paths);
    this.#breakpoints = new Breakpoints(this.#scripts);
    this.#variables = new Variables(() => this.#target);
    const isMachinery = (url: string): boolean =>
      machinery.some((start) => url.startsWith(start)) || /[\\/]node_modules[\\/]tslab[\\/]/.test(url);
    this.#frames = new Frames(this.#scripts, this.#variables, isMachinery);
    this.#control = new Control({
      scripts: this.#scripts,
      breakpoints: this.#breakpoints,
      frames: this.#frames,
      target: () => this.#target,
      stopped: (reason, more) => this.#tell("stopped", { reason, threadId, allThreadsStopped: true, ...more }),
      continued: () => {
        this.#variables.clear();
        this.#tell("continued", { threadId, allThreadsContinued: true });
      },
    });
    this.#commands = new Map(Object.entries(this.#makeCommands()));
  }

  /** Content of a debug_request in, content of its reply out. Never rejects. */
  async answer(request: Json): Promise<Json> {
    const command = String(request["command"]);
    const wanted = (request["arguments"] ?? {}) as Json;
    const base = { type: "response", seq: ++this.#seq, request_seq: request["seq"] ?? 0, command };
    try {
      const run = this.#commands.get(command);
      if (!run) throw new DebugError(`the debugger of this kernel knows no request "${command}"`);
      return { ...base, success: true, body: await run(wanted) };
    } catch (error) {
      return { ...base, success: false, message: error instanceof Error ? error.message : String(error), body: {} };
    }
  }

  /** Evaluates `first`, and ends the script that is paused; false when none is. */
  terminate(first: string): boolean {
    return this.#control.terminate(first);
  }

  close(): void {
    this.#control.resume();
    this.#target?.close();
    this.#target = null;
  }

  #tell(event: string, body: Json): void {
    this.#options.tell({ type: "event", seq: ++this.#seq, event, body });
  }

  #makeCommands(): Record<string, Command> {
    const step =
      (how: "stepOver" | "stepInto" | "stepOut"): Command =>
      () => {
        this.#control.step(how);
        return {};
      };
    return {
      debugInfo: () => this.#info(),
      initialize: () => {
        this.#isStarted = true;
        // The answer goes first.
        setImmediate(() => this.#tell("initialized", {}));
        return capabilities;
      },
      attach: () => this.#attach(),
      configurationDone: () => ({}),
      disconnect: () => this.#disconnect(),
      dumpCell: ({ code }) => ({ sourcePath: this.#scripts.addCell(text(code, "code")) }),
      setBreakpoints: (wanted) => this.#setBreakpoints(wanted),
      setExceptionBreakpoints: ({ filters }) => this.#setExceptions(filters),
      source: (wanted) => this.#source(wanted),
      modules: () => this.#modules(),
      threads: () => ({ threads: [{ id: threadId, name: "MainThread" }] }),
      stackTrace: (wanted) => this.#stack(wanted),
      scopes: ({ frameId }) => ({ scopes: this.#frames.scopes(Number(frameId)) }),
      variables: async ({ variablesReference }) => ({
        variables: await this.#variables.inside(Number(variablesReference)),
      }),
      evaluate: (wanted) => this.#evaluate(wanted),
      inspectVariables: () => this.#inspect(),
      richInspectVariables: (wanted) => this.#inspectRich(wanted),
      copyToGlobals: (wanted) => this.#copy(wanted),
      continue: () => {
        this.#control.resume();
        return { allThreadsContinued: true };
      },
      next: step("stepOver"),
      stepIn: step("stepInto"),
      stepOut: step("stepOut"),
      pause: async () => {
        await this.#attached().session.post("Debugger.pause");
        return {};
      },
    };
  }

  #info(): Json {
    const { prefix, suffix, seed } = this.#paths;
    return {
      isStarted: this.#isStarted,
      hashMethod: "Murmur2",
      hashSeed: seed,
      tmpFilePrefix: prefix,
      tmpFileSuffix: suffix,
      breakpoints: this.#breakpoints.list,
      stoppedThreads: this.#control.isPaused ? [threadId] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: true,
    };
  }

  /** Looking at variables needs no debugger, only an inspector. */
  #connected(): Target {
    this.#target ??= new Target({
      scriptParsed: (script) => this.#scripts.add(script),
      paused: (event) => this.#control.paused(event),
    });
    return this.#target;
  }

  #attached(): Target {
    if (!this.#target || !this.#isStarted)
      throw new DebugError('the debugger isn\'t on: send "initialize" and "attach"');
    return this.#target;
  }

  async #attach(): Promise<Json> {
    if (!this.#isStarted) throw new DebugError('"initialize" comes before "attach"');
    const target = this.#connected();
    await target.enable(skipped);
    await this.#breakpoints.attach(target);
    return {};
  }

  #disconnect(): Json {
    this.#isStarted = false;
    this.#breakpoints.detach();
    this.close();
    return {};
  }

  async #setBreakpoints({ source, breakpoints }: Json): Promise<Json> {
    const path = text((source as Json | undefined)?.["path"], "source.path");
    if (breakpoints !== undefined && !Array.isArray(breakpoints))
      throw new DebugError('"breakpoints" must be a list of { line }');
    const wanted = ((breakpoints ?? []) as Json[]).map(({ line, condition }): Wanted => {
      if (!Number.isInteger(line)) throw new DebugError('a breakpoint\'s "line" must be a whole number');
      return { line: line as number, ...(typeof condition === "string" && condition ? { condition } : {}) };
    });
    return { breakpoints: await this.#breakpoints.set(path, wanted) };
  }

  async #setExceptions(filters: unknown): Promise<Json> {
    const state = Array.isArray(filters) && filters.includes("all") ? "all" : "none";
    await this.#attached().session.post("Debugger.setPauseOnExceptions", { state });
    return {};
  }

  async #source({ source }: Json): Promise<Json> {
    const path = text((source as Json | undefined)?.["path"], "source.path");
    const mimeType = /\.[cm]?ts$/.test(path) ? "text/typescript" : "text/javascript";
    const known = this.#scripts.text(path);
    if (known !== undefined) return { content: known, mimeType };
    const scriptId = this.#scripts.plainWithPath(path).at(-1)?.id;
    if (scriptId === undefined) throw new DebugError(`no source is known for ${path}`);
    const { scriptSource } = await this.#attached().session.post("Debugger.getScriptSource", { scriptId });
    return { content: scriptSource, mimeType };
  }

  /** What users have written; not the packages it stands on. */
  #modules(): Json {
    const own = fileURLToPath(packageFolder);
    const modules = this.#scripts
      .list()
      .filter(({ path }) => !path.startsWith(own) && !/[\\/]node_modules[\\/]/.test(path))
      .map((one, id) => ({ id, ...one }));
    return { modules, totalModules: modules.length };
  }

  #stack({ startFrame, levels }: Json): Json {
    const { stack } = this.#frames;
    const start = Number(startFrame ?? 0);
    const count = Number(levels ?? 0) || stack.length;
    return { stackFrames: stack.slice(start, start + count), totalFrames: stack.length };
  }

  /** V8's name of a frame; null for none. */
  #call(frameId: unknown): string | null {
    if (frameId === undefined || frameId === null || !this.#control.isPaused) return null;
    const call = this.#frames.call(Number(frameId));
    if (call === undefined) throw new DebugError(`there is no frame ${frameId}`);
    return call;
  }

  async #evaluate({ expression, frameId }: Json): Promise<Json> {
    const target = this.#connected();
    const code = text(expression, "expression");
    const call = this.#call(frameId);
    const value = await target.evaluate(code, call).catch(async (error: unknown) => {
      // Perhaps it has types in it.
      const script = error instanceof Error && error.message.startsWith("SyntaxError") && !this.#options.javascript;
      if (!script) throw error;
      return target.evaluate(await this.#options.translate(code), call);
    });
    const variablesReference = this.#variables.reference(value, "");
    return { result: valueText(value), type: typeText(value), variablesReference };
  }

  async #inspect(): Promise<Json> {
    this.#connected();
    if (!this.#control.isPaused) this.#variables.clear();
    return { variables: await this.#variables.listGlobals() };
  }

  async #inspectRich({ variableName, frameId }: Json): Promise<Json> {
    const target = this.#connected();
    const value = await target.evaluate(text(variableName, "variableName"), this.#call(frameId));
    // No promise is kept while the thread is paused.
    const awaitPromise = !this.#control.isPaused;
    const { value: data } = await target.call("bundle", [argumentOf(value)], { returnByValue: true, awaitPromise });
    const isBundle = typeof data === "object" && data !== null && "text/plain" in data;
    return { data: isBundle ? data : { "text/plain": valueText(value) }, metadata: {} };
  }

  async #copy({ srcVariableName, dstVariableName, srcFrameId }: Json): Promise<Json> {
    const target = this.#connected();
    const name = text(dstVariableName, "dstVariableName");
    const value = await target.evaluate(text(srcVariableName, "srcVariableName"), this.#call(srcFrameId));
    await target.call("keep", [{ value: name }, argumentOf(value)]);
    return {};
  }
}

const capabilities: Json = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsEvaluateForHovers: true,
  supportsModulesRequest: true,
  // Not "uncaught": V8 sees that the kernel catches what cells throw.
  exceptionBreakpointFilters: [{ filter: "all", label: "Errors thrown in cells and local files", default: false }],
};

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw new DebugError(`"${name}" must be a string, received ${typeof value}`);
  return value;
}
