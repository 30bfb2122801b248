// Zip archives whose entries are stored as they are: written from texts and files, read by name. What an archive says about itself is
// checked before it is believed.

import { createWriteStream } from "node:fs";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { type Entry, open as openZip, type ZipFile } from "yauzl";
import { ZipFile as ZipWriter } from "yazl";
import { ValueError } from "../../graph/errors.js";

/** What goes into an archive: a text, bytes, or a file that exists. */
export interface NewEntry {
  readonly name: string;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly file?: string;
}

/** Writes an archive. */
export async function writeZip(path: string, entries: readonly NewEntry[]): Promise<void> {
  const zip = new ZipWriter();
  const failed = new Promise<never>((_, reject) => zip.on("error", reject));
  for (const { name, text, bytes, file } of entries) {
    if (file !== undefined) zip.addFile(file, name, { compress: false });
    else zip.addBuffer(bytes ?? Buffer.from(text ?? ""), name, { compress: false });
  }
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(path)), failed]);
}

/** Up to here an archive may unpack to anything; beyond it must have stored a hundredth of that. */
const harmlessBytes = 100_000_000;
const largestExpansion = 100;
/** More than any archive of a model has. */
const mostEntries = 10_000;

export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #what: string;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, what: string) {
    this.#zip = zip;
    this.#entries = entries;
    this.#what = what;
  }

  /** Opens an archive. Raises ValueError for a damaged one, or one with entries that lead out of it. */
  static async open(path: string): Promise<ZipArchive> {
    const zip = await new Promise<ZipFile>((resolve, reject) => {
      openZip(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, made) =>
        made ? resolve(made) : reject(damaged(path, error)),
      );
    });
    try {
      const entries = await entriesOf(zip, path);
      requireHonest([...entries.values()], path);
      return new ZipArchive(zip, entries, path);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** An entry as text, when it isn't longer than `limitBytes`. */
  async text(name: string, limitBytes: number): Promise<string> {
    return (await this.bytes(name, limitBytes)).toString("utf8");
  }

  /** An entry, when it isn't longer than `limitBytes`. */
  async bytes(name: string, limitBytes: number): Promise<Buffer> {
    const entry = this.#entry(name);
    if (entry.uncompressedSize > limitBytes) {
      throw new ValueError(
        `${this.#what}: its ${name} has ${entry.uncompressedSize} bytes, at most ${limitBytes} make sense`,
      );
    }
    // Once, as large as it will be, and at the begin of its memory, where typed arrays of any kind may begin.
    const bytes = Buffer.from(new ArrayBuffer(entry.uncompressedSize));
    let at = 0;
    try {
      for await (const part of checked(await this.#stream(entry), entry)) at += part.copy(bytes, at);
      if (at !== bytes.length) throw new Error(`${name} ends after ${at} of ${bytes.length} bytes`);
    } catch (error) {
      throw damaged(this.#what, error);
    }
    return bytes;
  }

  /** Unpacks an entry into a new file. */
  async extract(name: string, to: string): Promise<void> {
    try {
      const entry = this.#entry(name);
      await pipeline(checked(await this.#stream(entry), entry), createWriteStream(to, { flags: "wx" }));
    } catch (error) {
      throw damaged(this.#what, error);
    }
  }

  /** Bytes of an entry once it is unpacked. */
  size(name: string): number {
    return this.#entry(name).uncompressedSize;
  }

  close(): void {
    this.#zip.close();
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) {
      throw new ValueError(`${this.#what} has no ${name}`, {
        notes: [`it has: ${[...this.#entries.keys()].slice(0, 12).join(", ") || "nothing"}`],
        hint: "is it a file that model.save, or Keras 3, has written?",
      });
    }
    requireHonest([entry], this.#what);
    return entry;
  }

  #stream(entry: Entry): Promise<NodeJS.ReadableStream> {
    return new Promise((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, stream) => (stream ? resolve(stream) : reject(error)));
    });
  }
}

/** Entries one by one, and all of them together. */
function requireHonest(entries: readonly Entry[], what: string): void {
  const size = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const stored = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  if (size <= harmlessBytes || size <= largestExpansion * stored) return;
  const claim = entries.length === 1 ? `${entries[0]?.fileName} claims` : `${entries.length} entries claim`;
  throw new ValueError(`${what}: its ${claim} ${size} bytes, stored are ${stored}`, {
    hint: "no sound file does that; don't open it",
  });
}

/** The parts of an entry; an error at their end if they aren't what the archive promised. */
async function* checked(parts: AsyncIterable<unknown>, { crc32: promised, fileName }: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const part of parts) {
    sum = crc32(part as Buffer, sum);
    yield part as Buffer;
  }
  if (sum !== promised) throw new Error(`the checksum of ${fileName} is wrong`);
}

async function entriesOf(zip: ZipFile, what: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > mostEntries) throw damaged(what, new Error(`it has ${zip.entryCount} entries`));
  return new Promise((resolve, reject) => {
    const found = new Map<string, Entry>();
    zip.on("error", (error) => reject(damaged(what, error)));
    zip.on("end", () => resolve(found));
    zip.on("entry", (entry: Entry) => {
      found.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function damaged(what: string, cause: unknown): ValueError {
  if (cause instanceof ValueError) return cause;
  const code = (cause as { code?: string } | null)?.code;
  if (code === "ENOENT") return new ValueError(`there is no file ${what}`, { cause });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ValueError(`${what} is no sound ${extname(what)} file: ${reason}`, {
    hint: "it may be cut short, or of another format",
    cause,
  });
}
