// An SVG as pictures that any page shows, trusted or not: an `<img>` of it, and PNG.

import { renderAsync } from "@resvg/resvg-js";
import { escapeHtml } from "./escape.js";
import type { MimeBundle } from "./picture.js";
import { type Ink, pageInk, staticInk } from "./theme.js";

/** `alt` says in words what is seen. */
export function svgImage(svg: string, alt: string): string {
  const data = Buffer.from(svg).toString("base64");
  return `<img src="data:image/svg+xml;base64,${data}" alt="${escapeHtml(alt)}" style="max-width:100%;height:auto">`;
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
  return bundle(svgImage(svg, text) + more, svg, text);
}

async function bundle(html: string, svg: string, text: string): Promise<MimeBundle> {
  const png = await pngOf(svg);
  return { "text/html": html, ...(png ? { "image/png": png } : {}), "text/plain": text };
}

/** One picture in two inks: as part of a page, and standing alone. */
export interface Themed {
  /** Class of the element around it. */
  readonly name: string;
  readonly draw: (ink: Ink) => string;
  /** Says in words what is seen. */
  readonly text: string;
}

/**
 * HTML of a picture that follows the page's theme and has tooltips; where pages that don't trust the notebook take the inline SVG out, the
 * image is there alone: then the style finds nothing to hide it for.
 */
export function themedHtml({ name, draw, text }: Themed, image: string = draw(staticInk)): string {
  // Words of an SVG whose tags were taken out show as none; inside of it the size is its own.
  return `<div class="${name}" style="font-size:0">${draw(pageInk)}${svgImage(image, text)}</div><style>.${name} > svg ~ img { display: none; }</style>`;
}

/** All forms of such a picture. `more` is HTML below it. */
export async function themedBundle(picture: Themed, more = ""): Promise<MimeBundle> {
  const image = picture.draw(staticInk);
  const forms = await bundle(themedHtml(picture, image) + more, image, picture.text);
  return { ...forms, "image/svg+xml": image };
}
