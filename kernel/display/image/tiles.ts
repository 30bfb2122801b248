// Numbers of an image → pixels as large as they are shown; several of them → one grid.

import type { Images } from "../../../lib/index.js";
import type { Pixels } from "../png.js";

/** Red, green, blue, opacity; every number becomes `zoom` by `zoom` pixels, or only one of `every` by `every` is taken. Numbers that are none are transparent. */
export function tileOf(images: Images, index: number, zoom: number, every: number): Pixels & { readonly channels: 4 } {
  const { channels, range } = images;
  const numbers = images.pixels(index);
  const width = Math.ceil(images.width / every) * zoom;
  const height = Math.ceil(images.height / every) * zoom;
  const data = new Uint8Array(width * height * 4);
  const [low, high] = range;
  const byte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / zoom) * every * images.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor(x / zoom) * every) * channels;
      const to = (y * width + x) * 4;
      let finite = true;
      for (let k = 0; k < 3; k++) {
        const value = numbers[from + (channels === 1 ? 0 : k)] as number;
        finite &&= !Number.isNaN(value);
        data[to + k] = byte(value);
      }
      data[to + 3] = finite ? (channels === 4 ? byte(numbers[from + 3] as number) : 255) : 0;
    }
  }
  return { width, height, data, channels: 4 };
}

/** Tiles of one size in rows; what is between them is transparent. */
export function gridOf(tiles: readonly Pixels[], columns: number, gap: number): Pixels {
  const [first] = tiles as [Pixels];
  const across = Math.min(columns, tiles.length);
  const width = across * (first.width + gap) - gap;
  const height = Math.ceil(tiles.length / columns) * (first.height + gap) - gap;
  const data = new Uint8Array(width * height * 4);
  tiles.forEach((tile, i) => {
    const left = (i % columns) * (first.width + gap);
    const top = Math.floor(i / columns) * (first.height + gap);
    for (let y = 0; y < tile.height; y++)
      data.set(tile.data.subarray(y * tile.width * 4, (y + 1) * tile.width * 4), ((top + y) * width + left) * 4);
  });
  return { width, height, data, channels: 4 };
}
