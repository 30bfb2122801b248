// Files of plain bytes: written one after the other, read from any place.

import { type FileHandle, open } from "node:fs/promises";
import { ValueError } from "../../graph/errors.js";

/** Writes at the end of a file that `write` is given. */
export async function writeBytes(
  path: string,
  write: (put: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const file = await open(path, "w");
  try {
    await write(async (bytes) => {
      // One call may write less than it was asked to.
      for (let at = 0; at < bytes.byteLength; )
        at += (await file.write(bytes, at, bytes.byteLength - at, null)).bytesWritten;
    });
  } finally {
    await file.close();
  }
}

export class ByteFile {
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #what: string;

  private constructor(file: FileHandle, bytes: number, what: string) {
    this.#file = file;
    this.bytes = bytes;
    this.#what = what;
  }

  static async open(path: string): Promise<ByteFile> {
    try {
      const file = await open(path, "r");
      return new ByteFile(file, (await file.stat()).size, path);
    } catch (cause) {
      throw new ValueError(`there is no file ${path}`, { cause });
    }
  }

  /** Bytes from `start` on. Raises ValueError when the file is shorter. */
  async read(start: number, length: number): Promise<Uint8Array> {
    if (start + length > this.bytes)
      throw new ValueError(`${this.#what} is cut short: it has ${this.bytes} bytes, byte ${start + length} is missing`);
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await this.#file.read(bytes, at, length - at, start + at);
      if (bytesRead === 0) throw new ValueError(`${this.#what} got shorter while it was read`);
      at += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
