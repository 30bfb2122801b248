// An SVG as pictures that any page shows, trusted or not: an `<img>` of it, and PNG.

import { renderAsync } from "@resvg/resvg-js";
import { escapeHtml } from "./escape.js";
import type { MimeBundle } from "./picture.js";

/** `alt` says in words what is seen. */
export function svgImage(svg: string, alt: string): string {
  const data = Buffer.from(svg).toString("base64");
  return `<img src="data:image/svg+xml;base64,${data}" alt="${escapeHtml(alt)}" style="max-width:100%;height:auto">`;
}

/**
 * An SVG that follows the page's theme and has tooltips; where pages that don't trust the notebook take it out, `image` is the same
 * alone: then the style finds nothing to hide it for.
 */
export function themedImage(name: string, inline: string, image: string, alt: string): string {
  return `<div class="${name}">${inline}${svgImage(image, alt)}</div><style>.${name} > svg ~ img { display: none; }</style>`;
}

/** Base64, of the SVG's own size: pages show an image pixel by pixel, Plotly's renderer for JupyterLab among them. Null when it can't be drawn (an SVG that is none). Computed outside of the main thread. */
export async function pngOf(svg: string): Promise<string | null> {
  try {
    const image = await renderAsync(svg, { font: { loadSystemFonts: true } });
    return Buffer.from(image.asPng()).toString("base64");
  } catch {
    return null;
  }
}

/** The forms of a picture for pages that know nothing better. `more` is HTML below it. */
export async function staticBundle(svg: string, text: string, more = ""): Promise<MimeBundle> {
  const png = await pngOf(svg);
  return { "text/html": svgImage(svg, text) + more, ...(png ? { "image/png": png } : {}), "text/plain": text };
}
