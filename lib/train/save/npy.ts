// Numpy's format for one array (.npy): a header in Python's notation, then the elements.
// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { ValueError } from "../../graph/errors.js";
import { sizeOf } from "../../graph/shape.js";
import { bytesIn, decode, type ElementKind, elementBytes, inRows, kindOf, type PlainArray } from "./elements.js";

/** Numbers with a shape, row by row. */
export interface DenseArray {
  readonly shape: readonly number[];
  readonly data: PlainArray;
}

const magic = "\x93NUMPY";
/** Longer headers describe records, which aren't read. */
const largestHeaderBytes = 65_536;

/** An array as the bytes of a file. */
export function toNpy({ shape, data }: DenseArray, what: string): Uint8Array[] {
  const kind = kindOf(data, what);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const order = elementBytes(kind) === 1 ? "|" : "<";
  const head = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((head.length + 11) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, " ");
  header.write(`${magic}\x01\x00`, "latin1");
  header.writeUInt16LE(length, 8);
  header.write(head, 10, "latin1");
  header.write("\n", header.length - 1, "latin1");
  return [header, bytesIn(data)];
}

/** The array in a file's bytes, which mustn't be used afterwards. Raises ValueError for damaged ones, and for objects and texts. */
export function fromNpy(bytes: Uint8Array, what: string): DenseArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== magic)
    throw new ValueError(`${what} is no .npy file`);
  const long = (bytes[6] as number) > 1;
  const begin = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (begin > Math.min(bytes.length, largestHeaderBytes)) throw new ValueError(`${what}: its header is cut short`);
  const { kind, big, fortran, shape } = headerIn(Buffer.from(bytes.subarray(10, begin)).toString("latin1"), what);
  const length = sizeOf(shape) * elementBytes(kind);
  if (begin + length > bytes.length)
    throw new ValueError(`${what}: [${shape.join(", ")}] needs ${length} bytes, ${bytes.length - begin} are there`);
  const part = bytes.subarray(begin, begin + length);
  // Bytes that have their memory to themselves are used where they are.
  const body = bytes.byteLength === bytes.buffer.byteLength ? part : new Uint8Array(part);
  if (big) swap(body, elementBytes(kind));
  const data = decode(body, kind);
  // Column by column: the first axis moves fastest.
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  return { shape, data: fortran ? inRows(data, shape, strides, 0) : data };
}

interface Header {
  readonly kind: ElementKind;
  readonly big: boolean;
  readonly fortran: boolean;
  readonly shape: number[];
}

function headerIn(text: string, what: string): Header {
  const descr = /'descr'\s*:\s*'([<>|=])([fiub])(\d)'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const sizes = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  const kind = descr && `${descr[2]}${descr[3]}`;
  if (!kind || !/^([fi][248]|[iu][1248]|b1)$/.test(kind) || kind === "f1" || !order || !sizes) {
    throw new ValueError(`${what} doesn't hold plain numbers: ${text.trim().slice(0, 120)}`, {
      hint: "objects, texts and complex numbers aren't read; convert them with astype",
    });
  }
  const shape = (sizes[1] as string)
    .split(",")
    .flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  return { kind: kind as ElementKind, big: descr[1] === ">", fortran: order[1] === "True", shape };
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
