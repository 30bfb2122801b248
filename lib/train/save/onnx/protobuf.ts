// Protocol buffers, the writing half: fields in, bytes out. Source: https://protobuf.dev/programming-guides/encoding/

/** A message that is being written, field by field. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** A whole number. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#parts.push(varint(BigInt(value)));
    return this;
  }

  /** A float32. */
  float(field: number, value: number): this {
    this.#tag(field, 5);
    this.#parts.push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#parts.push(varint(BigInt(value.byteLength)), value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #tag(field: number, wire: number): void {
    this.#parts.push(varint(BigInt(field * 8 + wire)));
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
