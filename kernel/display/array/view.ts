// Arrays of the package ndarray, or of its form → one way to read their numbers.

export interface ArrayView {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  /** The element at a place: one index for each dimension. */
  at(place: readonly number[]): unknown;
  /** The element at a place in row-major order. */
  element(index: number): unknown;
}

/** What the package ndarray makes. */
export interface NdArrayLike {
  readonly data: ArrayLike<unknown>;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
  get(...place: number[]): unknown;
}

const isIntegers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(Number.isInteger);

export function isNdArray(value: unknown): value is NdArrayLike {
  if (typeof value !== "object" || value === null) return false;
  const { data, shape, stride, offset, get } = value as Partial<NdArrayLike>;
  return (
    typeof data === "object" &&
    data !== null &&
    isIntegers(shape) &&
    isIntegers(stride) &&
    shape.every((size) => size >= 0) &&
    shape.length === stride.length &&
    Number.isInteger(offset) &&
    typeof get === "function"
  );
}

export function viewOf(array: NdArrayLike): ArrayView {
  const { data, shape, stride, offset } = array;
  const stored = data as ArrayLike<unknown> & { get?: (at: number) => unknown };
  // Data of one's own kind are read by their method.
  const read = ArrayBuffer.isView(data) || Array.isArray(data) || !stored.get ? (at: number) => stored[at] : stored.get;
  const dense = shape.every((size, axis) => size === 1 || stride[axis] === product(shape.slice(axis + 1)));
  return {
    shape,
    dtype: dtypeOf(array),
    size: product(shape),
    at: (place) =>
      read.call(
        data,
        place.reduce((sum, index, axis) => sum + index * (stride[axis] as number), offset),
      ),
    element(index) {
      if (dense) return read.call(data, offset + index);
      let rest = index;
      let place = offset;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const size = shape[axis] as number;
        place += (rest % size) * (stride[axis] as number);
        rest = Math.floor(rest / size);
      }
      return read.call(data, place);
    },
  };
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** "float32", "uint8", …; "list" for JavaScript's own arrays. */
function dtypeOf({ data }: NdArrayLike): string {
  if (Array.isArray(data)) return "list";
  const name = ArrayBuffer.isView(data) ? (data.constructor.name as string) : "";
  return (
    name
      .replace(/Array$/, "")
      .replace("Uint8Clamped", "uint8_clamped")
      .toLowerCase() || "generic"
  );
}
