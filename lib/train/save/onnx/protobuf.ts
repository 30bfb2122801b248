// Protocol buffers, the writing half: fields in, bytes out, piece by piece. Source: https://protobuf.dev/programming-guides/encoding/

/** Bytes that come when they are written. */
export interface LaterBytes {
  readonly length: number;
  pieces(): AsyncIterable<Uint8Array>;
}

type Part = Uint8Array | LaterBytes;

/** Shorter parts are put together before they are written. */
const smallBytes = 2 ** 16;

/** A message that is being written, field by field. */
export class Message {
  readonly #parts: Part[] = [];
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** A whole number. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    return this.#add(varint(BigInt(value)));
  }

  /** A float32. */
  float(field: number, value: number): this {
    this.#tag(field, 5);
    return this.#add(new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(field: number, value: Part): this {
    this.#tag(field, 2);
    return this.#add(varint(BigInt(value.length))).#add(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A message inside, which is complete. */
  message(field: number, value: Message): this {
    this.#tag(field, 2);
    this.#add(varint(BigInt(value.length)));
    for (const part of value.#parts) this.#add(part);
    return this;
  }

  /** All bytes in order. */
  async write(put: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    let small: Uint8Array[] = [];
    let waiting = 0;
    const flush = async (): Promise<void> => {
      if (waiting > 0) await put(Buffer.concat(small));
      small = [];
      waiting = 0;
    };
    for (const part of this.#parts) {
      if (!(part instanceof Uint8Array)) {
        await flush();
        for await (const piece of part.pieces()) await put(piece);
        continue;
      }
      small.push(part);
      waiting += part.length;
      if (waiting >= smallBytes) await flush();
    }
    await flush();
  }

  #add(part: Part): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }

  #tag(field: number, wire: number): this {
    return this.#add(varint(BigInt(field * 8 + wire)));
  }
}

/** Seven bits a byte, least first; negative numbers as 64-bit ones. */
function varint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
