// What cells find without importing it: one list of types and documentation, which the kernel's values are checked by and the
// cells' compiler reads in its compiled form. It doesn't name the library's types, which take longer to read than a first cell may.

/** What was shown, to be changed later. */
export interface DisplayHandle {
  readonly id: string;
  /** Shows another value in the same place. */
  update(value: unknown): void;
}

/** What goes with a message beside its content. */
export interface MessageExtras {
  readonly metadata?: Record<string, unknown>;
  /** Bytes as they are. */
  readonly buffers?: readonly Uint8Array[];
}

/** What a comm has received. */
export interface CommEvent {
  readonly data: unknown;
  readonly metadata: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

/** One open channel between cells and code in the front end. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Called with each message of the front end. */
  onMessage: ((event: CommEvent) => unknown) | null;
  /** Called once, when the front end closes the channel. */
  onClose: ((event: CommEvent) => unknown) | null;
  /** Sends a message to the front end. */
  send(data: unknown, extras?: MessageExtras): void;
  /** Closes the channel; the front end hears of it. */
  close(data?: unknown): void;
}

/** Channels between cells and code in the front end, such as widgets. */
export interface Comms {
  /** Opens a channel to the code that the front end registered under `target`. */
  open(target: string, data?: unknown, extras?: MessageExtras): Comm;
  /** `handler` receives each channel that the front end opens to `target`. Returns what takes the registration back. */
  register(target: string, handler: (comm: Comm, event: CommEvent) => unknown): () => void;
}

/** Each member becomes a global of the cells. */
export interface Globals {
  /**
   * Shows a value below the running cell: a model, a figure, an array, or anything with a `Symbol.for("Jupyter.display")` method.
   * With an `id` it can be found again: `update` changes what has this id, also from another cell.
   */
  display(value: unknown, options?: { readonly id?: string; readonly update?: boolean }): DisplayHandle;
  /** Removes what the running cell has shown; with `wait`, only when something new comes, so that nothing flickers. */
  clearOutput(options?: { readonly wait?: boolean }): void;
  /** Channels to code in the front end: `comms.open(target, data)` opens one, `comms.register(target, handler)` receives them. */
  readonly comms: Comms;
  /** Sends a message of any type of Jupyter's protocol to all front ends. */
  broadcast(type: string, content: Record<string, unknown>, extras?: MessageExtras): void;
  /** Asks for a line of text; null when the user gives none. */
  prompt(message?: string, defaultValue?: string): string | null;
  /** Asks for a line of text that isn't shown while it is typed. */
  password(message?: string): string;
  /** Asks for yes or no. */
  confirm(message?: string): boolean;
  /** Shows a message and waits until it was read. */
  alert(message?: string): void;
}
