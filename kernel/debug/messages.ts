// The Debug Adapter Protocol as plain data (https://microsoft.github.io/debug-adapter-protocol/specification), as much as is spoken here.

/** Anything JSON can hold, by name. */
export type Json = Record<string, unknown>;

export interface DapEvent {
  readonly type: "event";
  readonly seq: number;
  readonly event: string;
  readonly body: Json;
}

export interface Source {
  readonly name: string;
  readonly path: string;
}

export interface Breakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly line: number;
  readonly source: { readonly path: string };
  readonly message?: string;
}

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly source?: Source;
  readonly line: number;
  readonly column: number;
}

export interface Scope {
  readonly name: string;
  readonly presentationHint?: string;
  readonly variablesReference: number;
  readonly expensive: boolean;
}

export interface Variable {
  readonly name: string;
  /** Says the type as well: JupyterLab shows nothing else of a variable whose type it is told and doesn't know from Python. */
  readonly value: string;
  /** An expression that gives the value again; empty for none. */
  readonly evaluateName: string;
  /** Zero: nothing inside. */
  readonly variablesReference: number;
}

/** Told to the front end as the answer's message. */
export class DebugError extends Error {
  override name = "DebugError";
}
