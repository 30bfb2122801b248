// Marks in a panel → SVG.

import { escapeHtml } from "../escape.js";
import type { Ink } from "../theme.js";
import type { BoxMark, ImageMark, LineMark, Mark } from "./chart.js";
import type { Scale } from "./scale.js";
import { charWidth, label, px, textSize } from "./text.js";

/** Where a panel's numbers lie. */
export interface Placed {
  readonly x: Scale;
  readonly y: Scale;
}

export function drawMark(mark: Mark, placed: Placed, ink: Ink): string {
  if (mark.kind === "line") return drawLine(mark, placed);
  return mark.kind === "boxes" ? drawBoxes(mark, placed, ink) : drawImage(mark, placed);
}

function drawLine(mark: LineMark, { x, y }: Placed): string {
  const segments = runs(mark, x, y);
  const opacity = mark.opacity === undefined ? "" : ` opacity="${mark.opacity}"`;
  const colour = escapeHtml(mark.colour);
  const parts: string[] = [];
  if (mark.filledTo !== undefined) {
    const floor = px(y.pixel(Math.max(mark.filledTo, y.low)));
    const area = segments
      .map((run) => `M${px(run[0]?.[0] ?? 0)} ${floor}L${points(run)}L${px(run.at(-1)?.[0] ?? 0)} ${floor}Z`)
      .join("");
    parts.push(`<path d="${area}" fill="${colour}" fill-opacity="0.3"/>`);
  }
  if (mark.joined) {
    const dash = mark.dashed ? ' stroke-dasharray="5 3"' : "";
    const line = segments
      .filter((run) => run.length > 1)
      .map((run) => `M${points(run)}`)
      .join("");
    parts.push(
      `<path d="${line}" fill="none" stroke="${colour}" stroke-width="${mark.thickness ?? 1.7}" stroke-linejoin="round"${dash}/>`,
    );
  }
  // A point without neighbours would be no line at all.
  const alone = mark.markers ? segments : segments.filter((run) => run.length === 1);
  const dots = alone.flatMap((run) => run.map(([cx, cy]) => `M${px(cx)} ${px(cy)}h0`)).join("");
  if (dots) parts.push(`<path d="${dots}" stroke="${colour}" stroke-width="6" stroke-linecap="round"/>`);
  return `<g${opacity}>${parts.join("")}</g>`;
}

type Point = readonly [x: number, y: number];

const points = (run: readonly Point[]): string => run.map(([x, y]) => `${px(x)} ${px(y)}`).join("L");

/** Points in pixels, parted where one is missing. */
function runs({ x: xs, y: ys }: LineMark, x: Scale, y: Scale): Point[][] {
  const all: Point[][] = [];
  let run: Point[] = [];
  for (let i = 0; i < ys.length; i++) {
    const value = ys[i];
    const at: Point = [x.pixel(xs[i] as number), value === null || value === undefined ? Number.NaN : y.pixel(value)];
    if (Number.isFinite(at[0]) && Number.isFinite(at[1])) {
      if (run.length === 0) all.push(run);
      run.push(at);
    } else run = [];
  }
  return all;
}

function drawBoxes(mark: BoxMark, { x, y }: Placed, ink: Ink): string {
  const opacity = mark.opacity ?? 0.85;
  return mark.boxes
    .map((box) => {
      // On a logarithmic axis bars stand on its lower end.
      const [left, right] = ordered(onScale(x, box.x0), onScale(x, box.x1));
      const [top, bottom] = ordered(onScale(y, box.y0), onScale(y, box.y1));
      if (![left, right, top, bottom].every(Number.isFinite)) return "";
      const width = Math.max(right - left, 0.5);
      const rect = `<rect x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(Math.max(bottom - top, 0))}" fill="${escapeHtml(box.colour ?? mark.colour)}" fill-opacity="${opacity}"/>`;
      if (!box.text || box.text.length * textSize * charWidth > width) return rect;
      return rect + label(box.text, (left + right) / 2, (top + bottom) / 2 + 4, ink, { anchor: "middle" });
    })
    .join("");
}

const ordered = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a]);

const onScale = (scale: Scale, value: number): number => {
  const at = scale.pixel(value);
  return Number.isNaN(at) ? scale.pixel(scale.low) : at;
};

function drawImage({ box, href }: ImageMark, { x, y }: Placed): string {
  const [left, right] = ordered(x.pixel(box.x0), x.pixel(box.x1));
  const [top, bottom] = ordered(y.pixel(box.y0), y.pixel(box.y1));
  return `<image x="${px(left)}" y="${px(top)}" width="${px(right - left)}" height="${px(bottom - top)}" preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="${escapeHtml(href)}"/>`;
}
