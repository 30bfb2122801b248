// image() → PNG: one image, or a grid; with labels, each image with its own below.

import { Images } from "../../../lib/index.js";
import { escapeHtml } from "../escape.js";
import { countNumber, shortNumber } from "../numbers.js";
import type { MimeBundle, Picture } from "../picture.js";
import { type Pixels, pngBase64 } from "../png.js";
import { gridOf, tileOf } from "./tiles.js";

/** Of a page, in pixels. */
const pageWidth = 840;
const gap = 4;

export const imagePicture: Picture<Images> = {
  name: "image",
  accepts: (value): value is Images => value instanceof Images,
  draw: drawImages,
};

function drawImages(images: Images): MimeBundle {
  const { count, shown, options, labels } = images;
  const longer = Math.max(images.width, images.height);
  const size =
    options.size ?? (count === 1 ? Math.max(224, Math.min(longer, 640)) : Math.max(64, Math.min(longer, 128)));
  const zoom = Math.max(1, Math.round(size / longer));
  // Twice the size is sharp on screens of today.
  const every = Math.max(1, Math.floor(longer / (2 * size)));
  const tiles = Array.from({ length: shown }, (_, i) => tileOf(images, i, zoom, every));
  const [{ width, height }] = tiles as [Pixels];
  const scale = Math.min(1, size / Math.max(width, height));
  const columns = Math.min(shown, options.columns ?? Math.max(1, Math.floor(pageWidth / (width * scale + gap))));
  const grid = shown === 1 ? (tiles[0] as Pixels) : gridOf(tiles, columns, Math.round(gap / scale));
  const png = pngBase64(grid);
  const pictures = labels
    ? tiles.map(
        (tile, i) => labelled(tile, scale, labels[i]) + (options.columns && (i + 1) % columns === 0 ? "<br>" : ""),
      )
    : [imageOf(grid, png, String(images), scale)];
  return {
    "text/html": `<div class="weft-images">${pictures.join("")}<div style="opacity:0.6">${caption(images)}</div></div>`,
    "image/png": png,
    "text/plain": String(images),
  };
}

const imageOf = (pixels: Pixels, png: string, alt: string, scale: number): string => {
  const [width, height] = [pixels.width, pixels.height].map((side) => Math.round(side * scale));
  return `<img src="data:image/png;base64,${png}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" style="max-width:100%;height:auto;margin:0">`;
};

function labelled(tile: Pixels, scale: number, label: string | number | undefined): string {
  const text = String(label);
  const shown = escapeHtml(text);
  const image = imageOf(tile, pngBase64(tile), text, scale);
  return `<span style="display:inline-block;margin:2px;text-align:center;vertical-align:top;width:${Math.round(tile.width * scale)}px;overflow:hidden;line-height:1.3">${image}<span title="${shown}" style="display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis">${shown}</span></span>`;
}

function caption({ count, shown, width, height, channels, range }: Images): string {
  const some = shown < count ? `${shown} of ${countNumber(count)} images` : count > 1 ? `${count} images` : "";
  const kind = channels === 1 ? "" : channels === 3 ? "RGB" : "RGBA";
  return [some, `${height} × ${width}`, kind, `${range.map(shortNumber).join(" … ")}`].filter(Boolean).join(" · ");
}
