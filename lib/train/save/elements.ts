// Numbers as files hold them, in bytes: numpy's kinds and safetensors' names for them, and how they become typed arrays.

import { ValueError } from "../../graph/errors.js";

/** Numpy's short names; "bf2" is bfloat16. */
export type ElementKind = "f2" | "bf2" | "f4" | "f8" | "i1" | "i2" | "i4" | "i8" | "u1" | "u2" | "u4" | "u8" | "b1";

/** A typed array that a notebook can compute with. */
export type PlainArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** Bytes of one element. */
export const elementBytes = (kind: ElementKind): number => Number(kind.at(-1));

/** The kind of a typed array's elements. Raises ValueError for one that files can't hold. */
export function kindOf(data: unknown, what: string): ElementKind {
  if (data instanceof Float32Array) return "f4";
  if (data instanceof Float64Array) return "f8";
  if (data instanceof Int32Array) return "i4";
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return "u1";
  if (data instanceof Int8Array) return "i1";
  if (data instanceof Int16Array) return "i2";
  if (data instanceof Uint16Array) return "u2";
  if (data instanceof Uint32Array) return "u4";
  throw new ValueError(`${what}: ${Object.prototype.toString.call(data)} can't be written`, {
    hint: "give an ndarray, a typed array with a shape, or nested arrays",
  });
}

/** Little-endian bytes as a typed array, which takes their place. Half floats become float32; 64-bit whole numbers int32 where they fit, else float64. */
export function decode(bytes: Uint8Array, kind: ElementKind): PlainArray {
  const { buffer, byteOffset: offset } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const length = bytes.byteLength / elementBytes(kind);
  switch (kind) {
    case "f4":
      return new Float32Array(buffer, offset, length);
    case "f8":
      return new Float64Array(buffer, offset, length);
    case "i1":
      return new Int8Array(buffer, offset, length);
    case "i2":
      return new Int16Array(buffer, offset, length);
    case "i4":
      return new Int32Array(buffer, offset, length);
    case "b1":
    case "u1":
      return new Uint8Array(buffer, offset, length);
    case "u2":
      return new Uint16Array(buffer, offset, length);
    case "u4":
      return new Uint32Array(buffer, offset, length);
    case "i8":
      return narrowed(new BigInt64Array(buffer, offset, length));
    case "u8":
      return narrowed(new BigUint64Array(buffer, offset, length));
    case "f2":
      return widened(new Uint16Array(buffer, offset, length), halfToNumber);
    case "bf2": {
      const bits = new Uint32Array(1);
      const number = new Float32Array(bits.buffer);
      return widened(new Uint16Array(buffer, offset, length), (half) => {
        bits[0] = half << 16;
        return number[0] as number;
      });
    }
  }
}

/** `from` takes a list of all numbers in between. */
function widened(values: Uint16Array, number: (bits: number) => number): Float32Array {
  const wide = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) wide[i] = number(values[i] as number);
  return wide;
}

/** Int32 where all numbers fit, which is where the upper half only repeats the sign; else float64 in the same memory. */
function narrowed(values: BigInt64Array | BigUint64Array): Int32Array | Float64Array {
  const { buffer, byteOffset, length } = values;
  const halves = new Int32Array(buffer, byteOffset, 2 * length);
  const signed = values instanceof BigInt64Array;
  let fits = true;
  for (let i = 0; i < length && fits; i++) {
    const low = halves[2 * i] as number;
    fits = halves[2 * i + 1] === low >> 31 && (signed || low >= 0);
  }
  if (fits) {
    const narrow = new Int32Array(length);
    for (let i = 0; i < length; i++) narrow[i] = halves[2 * i] as number;
    return narrow;
  }
  const wide = new Float64Array(buffer, byteOffset, length);
  for (let i = 0; i < length; i++) wide[i] = Number(values[i]);
  return wide;
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bytes of a typed array, without a copy. */
export const bytesIn = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Elements that lie anyhow, copied row by row into an array of the same type. */
export function inRows<T extends PlainArray>(
  data: T,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): T {
  const size = shape.reduce((product, length) => product * length, 1);
  const out = new (data.constructor as new (size: number) => T)(size);
  const at = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < size; i++) {
    out[i] = data[from] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      at[axis] = (at[axis] as number) + 1;
      if ((at[axis] as number) < (shape[axis] as number)) break;
      from -= (strides[axis] as number) * (shape[axis] as number);
      at[axis] = 0;
    }
  }
  return out;
}
