// What passes between the thread of the sockets and the thread of the cells: plain data, and the cells' side of it as an interface.

import type { Json } from "./messages.js";

/** A cell to run. The wire has counted it, said "busy" and echoed its source; it will reply and say "idle" after the outcome. */
export interface ExecuteRequest {
  /** Names the request: outputs and the outcome refer to it. */
  readonly id: string;
  readonly code: string;
  readonly executionCount: number;
  readonly silent: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly allowStdin: boolean;
  /** Null: the main shell. Cells of different subshells may overlap where one awaits. */
  readonly subshell: string | null;
}

/** Content of the execute_reply, but for execution_count, which the wire adds. */
export type ExecuteOutcome =
  | { readonly status: "ok"; readonly payload: readonly Json[]; readonly user_expressions: Json }
  | ErrorContent;

export interface ErrorContent {
  readonly status: "error";
  readonly ename: string;
  readonly evalue: string;
  /** Lines, with ANSI colours. */
  readonly traceback: readonly string[];
}

/** Something for iopub. */
export interface Publication {
  /** display_data, update_display_data, stream, execute_result, error, clear_output, comm_open, comm_msg, comm_close, … */
  readonly type: string;
  readonly content: Json;
  readonly metadata?: Json;
  readonly buffers?: readonly Uint8Array[];
}

/** A comm message from the front end, its parent request alive until the handlers are done. */
export interface CommMessage {
  readonly id: string;
  readonly type: "comm_open" | "comm_msg" | "comm_close";
  readonly content: Json;
  readonly metadata: Json;
  readonly buffers: readonly Uint8Array[];
}

/** What the cells' thread does when the wire asks. */
export interface CellsSide {
  /** May never settle when an interrupt had to terminate what it waits for: the wire then replies by itself, a moment later. */
  execute(request: ExecuteRequest): Promise<ExecuteOutcome>;
  comm(message: CommMessage): Promise<void>;
  /**
   * Stop what runs, keep what it declared. When this thread doesn't answer in time, because it computes, the wire ends the
   * running script through the inspector; the cell's promise must then still come to an outcome.
   */
  interrupt(): void;
  /** Close everything; `reply` tells the front end that it is done. */
  shutdown(restart: boolean, reply: () => void): Promise<void>;
}

/** The wire as the cells' thread sees it. */
export interface Wire {
  /** `id` names the request whose message is the parent; null: no request (an old timer), the last one is taken. */
  publish(id: string | null, publication: Publication): void;
  /** Asks the user for a line; blocks this thread. Throws when the front end doesn't allow it, or when interrupted. */
  input(id: string, prompt: string, password: boolean): string;
  /** Resolves once what was published has left. */
  flush(): Promise<void>;
  /** Messages refused so far. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Closes sockets and thread. */
  close(): Promise<void>;
}

/** Why messages are refused: broken, wrongly signed, seen before, of a type that no kernel knows. */
export const dropReasons = ["malformed", "unsigned", "replayed", "unknown"] as const;
export type DropReason = (typeof dropReasons)[number];

/** Questions about code, answered by the compiler's thread while a cell runs. Offsets count UTF-16 units, as strings do here. */
export type LanguageQuestion =
  | { readonly kind: "complete"; readonly code: string; readonly cursor: number }
  | { readonly kind: "inspect"; readonly code: string; readonly cursor: number; readonly detail: 0 | 1 }
  | { readonly kind: "isComplete"; readonly code: string }
  /** For the debugger: the code without its types. */
  | { readonly kind: "javascript"; readonly code: string };

/** Content of complete_reply (offsets in UTF-16 units: the wire turns them to code points), inspect_reply, is_complete_reply. */
export interface LanguageAnswers {
  complete: {
    readonly matches: readonly string[];
    readonly start: number;
    readonly end: number;
    /** `_jupyter_types_experimental`: type, signature and text of each match. */
    readonly types: readonly {
      readonly text: string;
      readonly type: string;
      readonly signature?: string;
      readonly documentation?: string;
    }[];
  };
  inspect: { readonly found: boolean; readonly data: Json };
  javascript: { readonly code: string };
  isComplete: { readonly status: "complete" | "incomplete" | "invalid" | "unknown"; readonly indent: string };
}

/** Posted over the port between the wire and the compiler: questions one way, answers the other, matched by `key`. */
export interface LanguageMessage {
  readonly key: number;
  readonly question?: LanguageQuestion;
  readonly answer?: LanguageAnswers[keyof LanguageAnswers];
  /** When answering failed. */
  readonly error?: string;
}

/** A publication as text: what JSON makes of a value is decided where the value is. */
export interface PackedPublication {
  readonly type: string;
  readonly content: string;
  readonly metadata: string;
  readonly buffers: readonly Uint8Array[];
  /** text/plain of an execute_result, for the history. */
  readonly result: string | null;
  /** Which channel a comm_open or comm_close is about. */
  readonly comm: { readonly id: string; readonly target: string } | null;
}

/** From the cells' thread to the sockets' thread. */
export type ToSockets =
  | { readonly kind: "publish"; readonly id: string | null; readonly publication: PackedPublication }
  /** `content` is the reply's, as an object's JSON text, but for execution_count. */
  | { readonly kind: "outcome"; readonly id: string; readonly failed: boolean; readonly content: string }
  | { readonly kind: "commDone"; readonly id: string }
  /** Asks for a line; the cells' thread sleeps until `waits[0]` changes. */
  | { readonly kind: "input"; readonly id: string; readonly prompt: string; readonly password: boolean }
  /** The cells' thread has heard of the interrupt of this number. */
  | { readonly kind: "interrupted"; readonly number: number }
  /** The process got a SIGINT, and the cells' thread noticed first. */
  | { readonly kind: "sigint" }
  | { readonly kind: "shutDown" }
  | { readonly kind: "flush"; readonly key: number }
  | { readonly kind: "close" };

/** The other way. */
export type ToCells =
  | { readonly kind: "opened" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "execute"; readonly request: ExecuteRequest }
  | { readonly kind: "comm"; readonly message: CommMessage }
  /** Interrupts are numbered. `terminated`: a script that computed was ended, and what waited for it may wait for ever. */
  | { readonly kind: "interrupt"; readonly number: number; readonly terminated: boolean }
  | { readonly kind: "shutdown"; readonly restart: boolean }
  | { readonly kind: "flushed"; readonly key: number };

/** What became of a question to the user; stored where the cells' thread waits. `late`: its cell has ended. */
export const inputStates = { waiting: 0, answered: 1, interrupted: 2, refused: 3, late: 4 } as const;

/** What the sockets' thread is started with. */
export interface ThreadData {
  readonly connection: import("./messages.js").ConnectionInfo;
  readonly language: import("node:worker_threads").MessagePort;
  /** Answers to questions, one string each. */
  readonly answers: import("node:worker_threads").MessagePort;
  /** One of `inputStates`. */
  readonly waits: Int32Array;
  /** A counter for each of `dropReasons`. */
  readonly dropped: Int32Array;
  readonly banner: string;
  readonly languageInfo: Json;
  readonly version: string;
  /** Null: no history is kept. */
  readonly historyFile: string | null;
}
