// The safetensors format: the length of a JSON header, the header (names, kinds, shapes, places), and the bytes of all arrays.
// Source: https://github.com/huggingface/safetensors

import { ValueError } from "../../graph/errors.js";
import { sizeOf } from "../../graph/shape.js";
import { ByteFile, writeBytes } from "./byteFile.js";
import { type ElementKind, elementBytes } from "./elements.js";

/** An array as bytes in a file. */
export interface ByteArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ElementKind;
}

/** An array whose bytes are written one piece after the other. */
export interface ByteSource extends ByteArray {
  pieces(): AsyncIterable<Uint8Array>;
}

/** An array whose bytes can be read, from element `start` up to `end`. */
export interface ByteReader extends ByteArray {
  bytes(start: number, end: number): Promise<Uint8Array>;
}

const kinds: Readonly<Record<string, ElementKind>> = {
  F16: "f2",
  BF16: "bf2",
  F32: "f4",
  F64: "f8",
  I8: "i1",
  I16: "i2",
  I32: "i4",
  I64: "i8",
  U8: "u1",
  U16: "u2",
  U32: "u4",
  U64: "u8",
  BOOL: "b1",
};
const nameOfKind = new Map(Object.entries(kinds).map(([name, kind]) => [kind, name]));
/** Room for fifty thousand arrays; what JSON says in a megabyte may take twenty in memory. */
const largestHeaderBytes = 2 ** 23;

/** Writes a file. */
export async function writeSafetensors(path: string, arrays: readonly ByteSource[]): Promise<void> {
  let offset = 0;
  const entries = arrays.map(({ name, shape, kind }) => {
    const start = offset;
    offset += sizeOf(shape) * elementBytes(kind);
    return [name, { dtype: nameOfKind.get(kind), shape, data_offsets: [start, offset] }] as const;
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries([["__metadata__", { format: "weft" }], ...entries])));
  const header = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, " ");
  header.writeBigUInt64LE(BigInt(header.length - 8));
  text.copy(header, 8);
  await writeBytes(path, async (put) => {
    await put(header);
    for (const array of arrays) for await (const bytes of array.pieces()) await put(bytes);
  });
}

/** Opens a file; its arrays can be read until `close`. Raises ValueError for a header that doesn't fit the file. */
export async function readSafetensors(path: string): Promise<{ arrays: ByteReader[]; close(): Promise<void> }> {
  const file = await ByteFile.open(path);
  try {
    const length = Number(new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true));
    if (length > largestHeaderBytes || 8 + length > file.bytes) throw wrong(path, `its header claims ${length} bytes`);
    const text = new TextDecoder().decode(await file.read(8, length));
    const header = parsed(text, path);
    const begin = 8 + length;
    const arrays = Object.entries(header)
      .filter(([name]) => name !== "__metadata__")
      .map(([name, entry]) => reader(file, begin, name, entry, path));
    return { arrays, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === "object" && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {}
  throw wrong(path, "its header isn't JSON");
}

function reader(file: ByteFile, begin: number, name: string, entry: unknown, path: string): ByteReader {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((value) => Number.isSafeInteger(value) && value >= 0);
  const kind = typeof dtype === "string" && Object.hasOwn(kinds, dtype) ? (kinds[dtype] as ElementKind) : null;
  if (!kind) throw wrong(path, `its array ${name} is of kind ${JSON.stringify(dtype)}`);
  if (!whole(shape) || !whole(offsets) || offsets.length !== 2) throw wrong(path, `its array ${name} has no place`);
  const [start, end] = offsets as [number, number];
  const size = elementBytes(kind);
  if (end - start !== sizeOf(shape) * size || begin + end > file.bytes)
    throw wrong(path, `its array ${name} [${shape.join(", ")}] doesn't fit bytes ${start} to ${end}`);
  return { name, shape, kind, bytes: (from, to) => file.read(begin + start + from * size, (to - from) * size) };
}

const wrong = (path: string, reason: string): ValueError =>
  new ValueError(`${path} is no sound safetensors file: ${reason}`);
