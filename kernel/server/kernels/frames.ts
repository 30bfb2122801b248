// Kernel messages as websocket frames, both ways: Jupyter's default (JSON, or JSON and buffers) and v1.kernel.websocket.jupyter.org
// (https://jupyter-server.readthedocs.io/en/stable/developers/websocket-protocols.html).

import type { Json } from "../../wire/messages.js";
import type { Texts } from "../../wire/sign.js";
import { Refusal } from "../refusal.js";
import type { Channel, RequestChannel } from "./client.js";

export const v1 = "v1.kernel.websocket.jupyter.org";
export type Protocol = typeof v1 | "";

/** For a front end. */
export interface Outgoing {
  readonly channel: Channel;
  /** Header, parent, metadata, content: JSON. */
  readonly parts: readonly Uint8Array[];
  readonly buffers: readonly Uint8Array[];
}

/** From a front end. */
export interface Incoming {
  readonly channel: RequestChannel;
  readonly header: Json;
  readonly texts: Texts;
  readonly buffers: readonly Uint8Array[];
}

const names = ["header", "parent_header", "metadata", "content"] as const;
const mostBuffers = 10_000;

export function encode({ channel, parts, buffers }: Outgoing, protocol: Protocol): string | Buffer {
  if (protocol === v1) return encodeV1([Buffer.from(channel), ...parts, ...buffers]);
  const fields = names.map((name, i) => `"${name}":${Buffer.from(parts[i] as Uint8Array).toString()}`);
  const json = `{"channel":"${channel}",${fields.join()},"buffers":[]}`;
  return buffers.length === 0 ? json : encodeDefault([Buffer.from(json), ...buffers]);
}

/** Throws a refusal for what isn't a message. */
export function decode(data: Buffer, binary: boolean, protocol: Protocol): Incoming {
  try {
    return protocol === v1 ? decodeV1(data) : decodeDefault(data, binary);
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, `a message can't be read: ${(error as Error).message}`);
  }
}

function encodeV1(parts: readonly Uint8Array[]): Buffer {
  const start = 8 * (parts.length + 2);
  const head = Buffer.alloc(start);
  head.writeBigUInt64LE(BigInt(parts.length + 1), 0);
  let offset = start;
  for (const [i, part] of [...parts, new Uint8Array()].entries()) {
    head.writeBigUInt64LE(BigInt(offset), 8 * (i + 1));
    offset += part.length;
  }
  return Buffer.concat([head, ...parts]);
}

function decodeV1(data: Buffer): Incoming {
  const offsets = readOffsets(data, 8, (at) => Number(data.readBigUInt64LE(at)));
  if (offsets.length < 6) throw new Refusal(400, "a message has fewer than five parts");
  const parts = offsets.slice(1).map((end, i) => data.subarray(offsets[i], end));
  const [channel, header, parent, metadata, content, ...buffers] = parts.map((part, i) =>
    i < 5 ? String(part) : part,
  );
  const objects = [header, parent, metadata, content].map((text) => objectIn(JSON.parse(String(text))));
  const texts = { header, parent, metadata, content } as Texts;
  return { channel: channelOf(channel), header: headerOf(objects[0]), texts, buffers: buffers as Uint8Array[] };
}

function encodeDefault(parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(4 * (parts.length + 1));
  head.writeUInt32BE(parts.length, 0);
  let offset = head.length;
  for (const [i, part] of parts.entries()) {
    head.writeUInt32BE(offset, 4 * (i + 1));
    offset += part.length;
  }
  return Buffer.concat([head, ...parts]);
}

function decodeDefault(data: Buffer, binary: boolean): Incoming {
  let json = data;
  let buffers: Buffer[] = [];
  if (binary) {
    const offsets = [...readOffsets(data, 4, (at) => data.readUInt32BE(at)), data.length];
    const parts = offsets.slice(1).map((end, i) => data.subarray(offsets[i], end));
    if (offsets.at(-2)! > data.length || !parts[0]) throw new Refusal(400, "a message has no parts");
    [json, ...buffers] = parts as [Buffer, ...Buffer[]];
  }
  const message = objectIn(JSON.parse(json.toString()));
  const [header, parent, metadata, content] = names.map((name) => JSON.stringify(objectIn(message[name] ?? {})));
  const texts = { header, parent, metadata, content } as Texts;
  return { channel: channelOf(message["channel"]), header: headerOf(message["header"]), texts, buffers };
}

/** A count and as many offsets, which may only grow and not leave the data. */
function readOffsets(data: Buffer, size: number, read: (at: number) => number): number[] {
  const count = read(0);
  if (count > mostBuffers) throw new Refusal(400, "a message has too many parts");
  const offsets = Array.from({ length: count }, (_, i) => read(size * (i + 1)));
  let least = size * (count + 1);
  for (const offset of offsets) {
    if (offset < least || offset > data.length) throw new Refusal(400, "a message's offsets are out of order");
    least = offset;
  }
  return offsets;
}

function objectIn(value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw new Refusal(400, "a message's part isn't an object");
}

function headerOf(value: unknown): Json {
  const header = objectIn(value);
  if (["msg_id", "msg_type", "session"].every((name) => typeof header[name] === "string")) return header;
  throw new Refusal(400, "a message's header lacks msg_id, msg_type or session");
}

/** Shell for those who don't say, as in Jupyter Server. */
function channelOf(value: unknown): RequestChannel {
  const channel = value ?? "shell";
  if (channel === "shell" || channel === "control" || channel === "stdin") return channel;
  throw new Refusal(400, "a message names no channel that takes requests");
}
