// One array of samples as training sees it: rows that are copied into a step's memory one by one, converted on the way.

import { ShapeError, ValueError } from "../graph/errors.js";
import { showShape, sizeOf, stridesOf } from "../graph/shape.js";
import { atOnce, type Work } from "../graph/turns.js";

/** Numbers looked at in one go: about a millisecond's worth. */
const blockElements = 1 << 17;

/** Numbers in a row, indexed from 0. */
export type Numbers = ArrayLike<number>;

/** Samples [length, …]; a view of the user's data, never a copy of it. */
export class Column {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Numbers;
  /** Elements of one sample. */
  readonly rowSize: number;
  /** Whether the data can hold NaN. */
  readonly floating: boolean;
  readonly #offset: number;
  readonly #strides: readonly number[];
  readonly #dense: boolean;

  constructor(
    name: string,
    shape: readonly number[],
    data: Numbers,
    layout?: { readonly offset: number; readonly strides: readonly number[] },
  ) {
    this.name = name;
    this.shape = shape;
    this.data = data;
    this.rowSize = sizeOf(shape.slice(1));
    this.floating = Array.isArray(data) || data instanceof Float32Array || data instanceof Float64Array;
    const plain = stridesOf(shape);
    this.#offset = layout?.offset ?? 0;
    this.#strides = layout?.strides ?? plain;
    // A dimension of one element is never stepped along.
    this.#dense = this.#strides.every((stride, axis) => axis === 0 || shape[axis] === 1 || stride === plain[axis]);
  }

  get length(): number {
    return this.shape[0] as number;
  }

  /** Copies one sample to `to`, from `at` on. */
  copyRow(row: number, to: Float32Array | Int32Array, at: number): void {
    const start = this.#offset + row * (this.#strides[0] as number);
    const { rowSize, data } = this;
    if (!this.#dense) this.#copyStrided(start, to, at);
    else if (rowSize < 16 || Array.isArray(data))
      for (let i = 0; i < rowSize; i++) to[at + i] = data[start + i] as number;
    else to.set((data as Float32Array).subarray(start, start + rowSize), at);
  }

  #copyStrided(start: number, to: Float32Array | Int32Array, at: number): void {
    const sizes = this.shape.slice(1);
    const strides = this.#strides.slice(1);
    let next = at;
    const copy = (axis: number, from: number): void => {
      const size = sizes[axis];
      const stride = strides[axis] ?? 0;
      if (size === undefined) to[next++] = this.data[from] as number;
      else for (let i = 0; i < size; i++) copy(axis + 1, from + i * stride);
    };
    copy(0, start);
  }

  /** All numbers in order; a copy only where they don't lie so already. */
  flat(): Numbers {
    const size = sizeOf(this.shape);
    const whole = this.#dense && (this.length < 2 || this.#strides[0] === this.rowSize);
    if (whole)
      return this.#offset === 0 && this.data.length === size ? this.data : slice(this.data, this.#offset, size);
    const copy = new Float32Array(size);
    for (let row = 0; row < this.length; row++) this.copyRow(row, copy, row * this.rowSize);
    return copy;
  }

  /** All numbers in order, those of some samples at a time; `first` is the number of the first of these samples. */
  *blocks(): Iterable<{ readonly data: Numbers; readonly first: number }> {
    const rows = Math.max(1, Math.floor(blockElements / Math.max(1, this.rowSize)));
    let first = 0;
    do {
      const end = Math.min(first + rows, this.length);
      yield { data: this.rows(first, end).flat(), first };
      first = end;
    } while (first < this.length);
  }

  /** Rows from `start` to `end`. */
  rows(start: number, end: number): Column {
    const offset = this.#offset + start * (this.#strides[0] as number);
    return new Column(this.name, [end - start, ...this.shape.slice(1)], this.data, { offset, strides: this.#strides });
  }

  /** The same numbers as one sample. */
  inFront(): Column {
    return new Column(this.name, [1, ...this.shape], this.data, {
      offset: this.#offset,
      strides: [sizeOf(this.shape), ...this.#strides],
    });
  }

  /** The same numbers with a last dimension of size 1 more or less. */
  withLastOne(add: boolean): Column {
    const shape = add ? [...this.shape, 1] : this.shape.slice(0, -1);
    return new Column(this.name, shape, this.data, {
      offset: this.#offset,
      strides: add ? [...this.#strides, 1] : this.#strides.slice(0, -1),
    });
  }
}

const slice = (data: Numbers, start: number, size: number): Numbers =>
  Array.isArray(data) ? data.slice(start, start + size) : (data as Float32Array).subarray(start, start + size);

/** Whether something is an ndarray, or has data and a shape. */
export function isShaped(
  value: unknown,
): value is { data: Numbers; shape: readonly number[]; stride?: readonly number[]; offset?: number } {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value;
}

export const isTypedArray = (value: unknown): value is Float32Array =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/**
 * Data as samples. `suggest` shapes a bare typed array of so many elements (null: it can't). Raises ShapeError for ragged lists,
 * ValueError for what isn't data.
 */
export function* toColumn(
  name: string,
  value: unknown,
  suggest: (size: number) => readonly number[] | null,
): Work<Column> {
  if (value instanceof Column) return value;
  if (isTypedArray(value)) {
    const shape = suggest(value.length);
    if (!shape)
      throw new ShapeError(`${name}: ${value.length} numbers without a shape don't make whole samples`, {
        hint: "pass { data, shape: [samples, …] }",
      });
    return new Column(name, shape, checkedNumbers(name, value));
  }
  if (isShaped(value)) {
    const { data, shape, stride, offset } = value;
    if (shape.length === 0) throw new ShapeError(`${name} is a single number, not a list of samples`);
    if (!stride && data.length !== sizeOf(shape))
      throw new ShapeError(`${name}: ${data.length} numbers don't fill the shape ${showShape(shape)}`);
    return new Column(
      name,
      shape,
      checkedNumbers(name, data),
      stride ? { offset: offset ?? 0, strides: stride } : undefined,
    );
  }
  if (Array.isArray(value)) return yield* fromNested(name, value);
  const received =
    value === undefined || value === null
      ? "nothing"
      : `a ${typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value}`;
  throw new ValueError(`${name}: expected an ndarray, nested lists, or a typed array, received ${received}`);
}

function checkedNumbers(name: string, data: Numbers): Numbers {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    throw new ValueError(`${name} holds big integers`, { hint: "convert them: Float64Array.from(data, Number)" });
  return data;
}

/** Numbers converted at a stretch. */
const stretchElements = 1 << 13;

/** Nested lists, whose innermost may be typed arrays or ndarrays. */
function* fromNested(name: string, list: readonly unknown[]): Work<Column> {
  const nested = new Nested(name, list);
  for (let i = 0, done = 0; i < list.length; i++) {
    nested.add(list[i], i);
    if (nested.length - done < stretchElements) continue;
    done = nested.length;
    yield;
  }
  return new Column(name, nested.shape, nested.data);
}

/** What nested lists hold, in order; the first of them says the shape of all. */
class Nested {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** Numbers so far. */
  length = 0;
  readonly #name: string;
  /** Where in the lists the present element is. */
  readonly #place: number[] = [];

  constructor(name: string, list: readonly unknown[]) {
    this.#name = name;
    this.shape = nestedShape(list);
    this.data = new Float64Array(sizeOf(this.shape));
  }

  /** Takes in sample `index`. */
  add(sample: unknown, index: number): void {
    this.#place[0] = index;
    this.#visit(sample, 1);
  }

  #visit(value: unknown, axis: number): void {
    const { shape, data } = this;
    const size = shape[axis];
    if (typeof value === "number" || typeof value === "boolean") {
      if (size !== undefined) throw this.#ragged(axis, size, "a number");
      data[this.length++] = Number(value);
    } else if (isShaped(value)) {
      const column = atOnce(toColumn(this.#name, value, () => null));
      if (column.shape.join() !== shape.slice(axis).join())
        throw this.#ragged(axis, sizeOf(shape.slice(axis)), `shape ${showShape(column.shape)}`);
      data.set(column.flat(), this.length);
      this.length += sizeOf(column.shape);
    } else if (Array.isArray(value) || isTypedArray(value)) {
      if (value.length !== size) throw this.#ragged(axis, size ?? 0, `${value.length} values`);
      for (let i = 0; i < value.length; i++) {
        this.#place[axis] = i;
        this.#visit(value[i], axis + 1);
      }
    } else {
      throw new ValueError(
        `${this.#name}[${this.#at(axis)}] is ${value === null ? "null" : `a ${typeof value}`}, not a number`,
      );
    }
  }

  #at(axis: number): string {
    return this.#place.slice(0, axis).join("][");
  }

  #ragged(axis: number, expected: number, found: string): ShapeError {
    return new ShapeError(
      `${this.#name} is ragged: [${this.#at(axis)}] has ${found}, where the first has ${expected}`,
      { hint: "samples must have one shape; pad or cut them" },
    );
  }
}

function nestedShape(list: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let level: unknown = list; ; level = (level as ArrayLike<unknown>)[0]) {
    if (isShaped(level)) return [...shape, ...level.shape];
    if (!Array.isArray(level) && !isTypedArray(level)) return shape;
    shape.push(level.length);
    if (level.length === 0) return shape;
  }
}
