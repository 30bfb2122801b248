// Text and numbers in SVG.

import { escapeHtml } from "../escape.js";
import type { Ink } from "../theme.js";

export const textSize = 11;

/** What a character takes on average, in shares of its size. */
export const charWidth = 0.6;

/** Rounded to a tenth of a pixel: the text stays short. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

interface LabelOptions {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly more?: string;
}

export function label(text: string, x: number, y: number, ink: Ink, options: LabelOptions = {}): string {
  const { size, anchor = "start", bold, more = "" } = options;
  const attributes = `x="${px(x)}" y="${px(y)}" fill="${ink.text}"${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
  return `<text ${attributes}${size ? ` font-size="${size}"` : ""}${bold ? ' font-weight="600"' : ""}${more}>${escapeHtml(text)}</text>`;
}
