// Pixels → PNG.

import { encode } from "fast-png";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  /** 1: grey, 3: red, green, blue; 4: and opacity. */
  readonly channels: 1 | 3 | 4;
}

export const pngBase64 = (pixels: Pixels): string => Buffer.from(encode({ ...pixels, depth: 8 })).toString("base64");

export const pngUri = (pixels: Pixels): string => `data:image/png;base64,${pngBase64(pixels)}`;
