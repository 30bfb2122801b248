// Messages to frames and back, signed (https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol).

import { createHmac, getHashes, randomUUID, timingSafeEqual } from "node:crypto";
import type { DropReason } from "./link.js";
import type { ConnectionInfo, Json, Message, MessageHeader } from "./messages.js";

export const protocolVersion = "5.5";

const delimiter = "<IDS|MSG>";
/** Signatures remembered to refuse the same message twice. */
const rememberedSignatures = 65536;
/** No front end sends more in one part. */
const largestPartBytes = 256 * 1024 * 1024;

/** What came over a socket: who sent it, and the message. */
export interface Received {
  readonly identities: readonly Uint8Array[];
  readonly message: Message;
}

/** A message's four parts as JSON text. */
export interface Texts {
  readonly header: string;
  readonly parent: string;
  readonly metadata: string;
  readonly content: string;
}

export class Signer {
  readonly #key: string;
  readonly #hash: string;
  readonly #session: string = randomUUID();
  readonly #seen = new Set<string>();
  readonly #dropped: (reason: DropReason) => void;

  /** `dropped` hears of messages that are refused. Throws for a signature scheme that Node doesn't know. */
  constructor(connection: Pick<ConnectionInfo, "key" | "signature_scheme">, dropped: (reason: DropReason) => void) {
    this.#key = connection.key ?? "";
    this.#dropped = dropped;
    const scheme = connection.signature_scheme || "hmac-sha256";
    const [kind, hash = ""] = scheme.split("-");
    if (kind !== "hmac" || !getHashes().includes(hash)) throw new Error(`unknown signature scheme "${scheme}"`);
    this.#hash = hash;
  }

  makeHeader(type: string): MessageHeader {
    return {
      msg_id: randomUUID(),
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    };
  }

  /** Frames of a message: who it is for (or its topic), the delimiter, the signature, four parts of JSON, buffers. */
  encode(
    identities: readonly (Uint8Array | string)[],
    { header, parent, metadata, content }: Texts,
    buffers: readonly Uint8Array[],
  ): (Uint8Array | string)[] {
    const parts = [header, parent, metadata, content].map((part) => Buffer.from(part));
    return [...identities, delimiter, this.#sign(parts), ...parts, ...buffers];
  }

  /** The message in these frames; null, and counted, when it must be dropped. */
  decode(frames: readonly Uint8Array[]): Received | null {
    const at = frames.findIndex((frame) => frame.length === delimiter.length && toText(frame) === delimiter);
    const signature = frames[at + 1];
    const parts = frames.slice(at + 2, at + 6);
    if (at < 0 || !signature || parts.length < 4 || parts.some((part) => part.length > largestPartBytes))
      return this.#drop("malformed");
    if (this.#key !== "") {
      const expected = Buffer.from(this.#sign(parts));
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return this.#drop("unsigned");
      const text = expected.toString();
      if (this.#seen.has(text)) return this.#drop("replayed");
      this.#seen.add(text);
      if (this.#seen.size > rememberedSignatures) this.#seen.delete(this.#seen.values().next().value as string);
    }
    const [header, parent, metadata, content] = parts.map(parse);
    if (!isHeader(header) || !parent || !metadata || !content) return this.#drop("malformed");
    return {
      identities: frames.slice(0, at),
      message: {
        header,
        parent_header: isHeader(parent) ? parent : null,
        metadata,
        content,
        buffers: frames.slice(at + 6),
      },
    };
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #drop(reason: DropReason): null {
    this.#dropped(reason);
    return null;
  }
}

const toText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");

/** An object, or null when the text isn't one. */
function parse(bytes: Uint8Array): Json | null {
  try {
    const value: unknown = JSON.parse(toText(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

function isHeader(value: unknown): value is MessageHeader {
  const header = value as Partial<MessageHeader> | null | undefined;
  return typeof header?.msg_id === "string" && typeof header.msg_type === "string";
}
