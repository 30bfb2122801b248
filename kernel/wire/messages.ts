// Jupyter's messages as plain data (https://jupyter-client.readthedocs.io/en/stable/messaging.html).

/** Anything JSON can hold, by name. */
export type Json = Record<string, unknown>;

export interface MessageHeader {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
  readonly subshell_id?: string | null;
}

export interface Message {
  readonly header: MessageHeader;
  /** Header of the message this one answers; null for none. */
  readonly parent_header: MessageHeader | null;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: readonly Uint8Array[];
}

/** What Jupyter writes into a connection file. */
export interface ConnectionInfo {
  readonly transport: "tcp" | "ipc";
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  /** Empty: messages aren't signed. */
  readonly key: string;
  readonly signature_scheme: string;
  readonly kernel_name?: string;
}

/** Several forms of one value, by MIME type; JSON types hold data, the others text (images: base64). */
export type MimeBundle = Record<string, unknown>;
