// Archives for tests: sound ones, zip bombs, and files with random damage.

import { crc32, deflateRawSync } from "node:zlib";
import { ZipFile } from "yazl";
import { mixSeed } from "../../../lib/graph/seed.js";

/** An archive of these entries, stored as they are. */
export async function archiveOf(entries: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(entries))
    zip.addBuffer(typeof content === "string" ? Buffer.from(content) : content, name, { compress: false });
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** An archive of these entries, compressed as far as they can be. */
export function bomb(entries: Readonly<Record<string, Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const packed = deflateRawSync(content);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), head, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const extremes: readonly unknown[] = [
  ...[0, -1, 0.5, 1e6, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300, "", "9", "constructor", null, true, [], {}, [[]]],
  [1e9, 1e9],
  { class_name: "Constant", config: { value: 1e300 } },
  { class_name: "Dense", config: { units: 1e9 } },
];

/** The same JSON with one to three of its values, wherever they are, replaced by what they should never be. */
export function mutatedJson(good: unknown, seed: number): unknown {
  let count = 0;
  const random = (below: number): number => Math.floor((mixSeed(seed, count++) / 2 ** 32) * below);
  const root = { root: structuredClone(good) };
  for (let changes = random(3); changes >= 0; changes--) {
    const places: [owner: Record<string, unknown>, key: string][] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      for (const key of Object.keys(value)) {
        places.push([value as Record<string, unknown>, key]);
        visit((value as Record<string, unknown>)[key]);
      }
    };
    visit(root.root);
    if (places.length === 0) break;
    const [owner, key] = places[random(places.length)] as [Record<string, unknown>, string];
    owner[key] = structuredClone(extremes[random(extremes.length)]);
  }
  return root.root;
}

/** Bytes cut off, changed, wiped, taken out, or a number put there that overflows. */
export function mutated(good: Buffer, seed: number): Buffer {
  let count = 0;
  const random = (below: number): number => Math.floor((mixSeed(seed, count++) / 2 ** 32) * below);
  const bytes = Buffer.from(good);
  const at = random(bytes.length);
  switch (random(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      for (let i = random(8); i >= 0; i--) bytes[random(bytes.length)] = random(256);
      return bytes;
    case 2:
      return bytes.fill(random(2) * 255, at, Math.min(bytes.length, at + random(200)));
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(500))]);
    default:
      bytes.writeUInt32LE(
        [0, 0xffffffff, 0x7fffffff, 0x80000000, 2 ** 20][random(5)] ?? 0,
        Math.min(at, good.length - 4),
      );
      return bytes;
  }
}
