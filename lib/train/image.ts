// Arrays of pixels in, a value that notebooks show as pictures out.

import { ShapeError, ValueError } from "../graph/errors.js";
import { showShape } from "../graph/shape.js";
import { atOnce } from "../graph/turns.js";
import { showsItself } from "../show/notebook.js";
import { type Column, isShaped, toColumn } from "./column.js";
import type { ArrayData, ShapedData } from "./data.js";

export interface ImageOptions {
  /** One for each image: shown below it. */
  readonly labels?: ArrayLike<string | number> | ShapedData | undefined;
  /** Images in a row. Default: as many as fit. */
  readonly columns?: number | undefined;
  /** Pixels of an image's longer side on the page; small images grow by whole factors. By default small ones grow to 224, in grids to 64, and large ones are as they are, in grids 128. */
  readonly size?: number | undefined;
  /** How many images of a long list are shown. Default 48. */
  readonly most?: number | undefined;
  /** True: the last dimension is the width, also when its size is that of colours. */
  readonly grey?: boolean | undefined;
  /** The numbers that are black and white. Default: 0 and 255 for bytes, 0 and 1 where all numbers are between, else the least and the greatest. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** Pictures to show in a notebook; made by `image`. */
export class Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 1: grey, 3: red, green, blue; 4: and opacity. */
  readonly channels: number;
  /** The numbers that are black and white. */
  readonly range: readonly [low: number, high: number];
  readonly options: ImageOptions;
  readonly labels: ArrayLike<string | number> | null;
  /** How many are shown. */
  readonly shown: number;
  readonly #column: Column;

  constructor(column: Column, channels: number, options: ImageOptions) {
    const [count, height, width] = column.shape as [number, number, number];
    this.count = count;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.options = options;
    const { labels } = options;
    this.labels =
      labels === undefined
        ? null
        : isShaped(labels)
          ? atOnce(toColumn("labels", labels, () => null)).flat()
          : (labels as ArrayLike<string | number>);
    this.shown = Math.min(count, options.most ?? 48);
    this.#column = column;
    this.range = options.range ?? rangeOf(column.rows(0, this.shown));
    if (this.labels && this.labels.length < this.shown)
      throw new ValueError(`image: ${this.labels.length} labels for ${count} images`);
  }

  /** The numbers of one image, [height, width, channels] in row-major order. */
  pixels(index: number): ArrayLike<number> {
    return this.#column.rows(index, index + 1).flat();
  }

  toString(): string {
    const { count, height, width, channels, range } = this;
    const kind = channels === 1 ? "grey" : channels === 3 ? "RGB" : "RGBA";
    const what = count === 1 ? "Image" : `${count} images`;
    return `${what} of ${height} x ${width}, ${kind}, numbers from ${range.map((end) => Number(end.toPrecision(4))).join(" to ")}`;
  }
}

showsItself(Images);

/**
 * Shows numbers as pictures: one image [height, width] or [height, width, channels], or a list of them [count, height, width] or
 * [count, height, width, channels]; channels are 1 (grey), 3 (red, green, blue) or 4 (and opacity). Raises ShapeError for other shapes.
 *
 * @example
 * const digits = { data: new Float32Array(10 * 28 * 28), shape: [10, 28, 28] };
 * image(digits, { labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
 */
export function image(data: ArrayData, options: ImageOptions = {}): Images {
  const column = atOnce(toColumn("image", data, () => null));
  const { stack, channels } = stackOf(column, options.grey ?? false);
  const { range } = options;
  for (const name of ["columns", "size", "most"] as const) {
    const given = options[name];
    if (given !== undefined && !(Number.isInteger(given) && given > 0))
      throw new ValueError(`image: ${name} is a whole number above 0, received ${given}`);
  }
  if (range && !(range[0] < range[1])) throw new ValueError(`image: range [${range.join(", ")}] has no numbers in it`);
  return new Images(stack, channels, options);
}

/** The same numbers as [count, height, width, …]. */
function stackOf(column: Column, grey: boolean): { stack: Column; channels: number } {
  const { shape } = column;
  const rank = shape.length;
  const last = shape.at(-1) as number;
  const coloured = !grey && rank > 2 && [1, 3, 4].includes(last);
  if (rank < 2 || rank > 4 || (rank === 4 && !coloured) || shape.includes(0))
    throw new ShapeError(
      `image expects [height, width], [height, width, channels] or a list of these; received ${showShape(shape)}`,
      {
        hint:
          rank < 2
            ? "say how the numbers lie: { data, shape: [28, 28] }"
            : "channels are the last dimension: 1 (grey), 3 (red, green, blue) or 4 (and opacity)",
      },
    );
  const channels = coloured ? last : 1;
  return { stack: rank - (coloured ? 1 : 0) === 3 ? column : column.inFront(), channels };
}

function rangeOf(column: Column): [low: number, high: number] {
  if (column.data instanceof Uint8Array || column.data instanceof Uint8ClampedArray) return [0, 255];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (const { data } of column.blocks()) {
    for (let i = 0; i < data.length; i++) {
      const value = data[i] as number;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (whole && !Number.isInteger(value)) whole = false;
    }
  }
  if (low >= 0 && high <= 1) return [0, 1];
  if (whole && low >= 0 && high <= 255) return [0, 255];
  return low < high ? [low, high] : [low - 1, low + 1];
}
