// A model's weights as ONNX tensors: in the model's own file, or in a file of bytes beside it, which may be of any size.

import { basename } from "node:path";
import type { Weight } from "../../../graph/weight.js";
import { writeBytes } from "../byteFile.js";
import { storedWeight } from "../describe.js";
import { bytesIn } from "../elements.js";
import { piecesOf } from "../pieces.js";
import type { Report } from "../restore.js";
import { outsideProto, tensorProto } from "./proto.js";
import type { LaterBytes, Message } from "./protobuf.js";

/** Where arrays begin in a file of their own: pages of memory begin there on all systems. */
const alignment = 2 ** 16;

/** Weights and their names in the file. */
export type NamedWeights = ReadonlyMap<Weight, string>;

/** The numbers of a weight, in pieces. */
function bytesOf(weight: Weight, report: Report): LaterBytes {
  const { shape, read } = storedWeight(weight);
  return {
    length: 4 * weight.size,
    async *pieces() {
      for (const piece of piecesOf(shape)) {
        const bytes = bytesIn(await read(piece));
        yield bytes;
        report(bytes.byteLength);
      }
    },
  };
}

const typeOf = ({ dtype }: Weight): "float32" | "int32" => (dtype === "float32" ? "float32" : "int32");

/** Tensors that hold their numbers. */
export const weightsInside = (weights: NamedWeights, report: Report): Message[] =>
  [...weights].map(([weight, name]) => tensorProto(name, typeOf(weight), weight.shape, bytesOf(weight, report)));

/** Writes the numbers to `temporary`, which will be `path`; gives tensors that say where they are. */
export async function weightsOutside(
  weights: NamedWeights,
  temporary: string,
  path: string,
  report: Report,
): Promise<Message[]> {
  const made: Message[] = [];
  let offset = 0;
  await writeBytes(temporary, async (put) => {
    for (const [weight, name] of weights) {
      const start = Math.ceil(offset / alignment) * alignment;
      if (start > offset) await put(new Uint8Array(start - offset));
      const bytes = bytesOf(weight, report);
      for await (const piece of bytes.pieces()) await put(piece);
      offset = start + bytes.length;
      const place = { location: basename(path), offset: start, length: bytes.length };
      made.push(outsideProto(name, typeOf(weight), weight.shape, place));
    }
  });
  return made;
}
