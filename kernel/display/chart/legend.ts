// Names of a chart's marks beside their colours, in rows above the panels.

import { escapeHtml } from "../escape.js";
import type { Ink } from "../theme.js";
import type { Mark, Panel } from "./chart.js";
import { charWidth, label, px, textSize } from "./text.js";

const rowHeight = 17;
const mostEntries = 24;
const longestName = 40;

/** `top` is where the first row begins; `height` what all rows take. */
export function legendOf(
  panels: readonly Panel[],
  width: number,
  top: number,
  ink: Ink,
): { svg: string; height: number } {
  const entries = [
    ...new Map(
      panels
        .flatMap(({ marks, second }) => (second ? [...marks, ...second.marks] : marks))
        .filter((mark) => mark.name && mark.named !== false)
        .map((mark) => [`${mark.name} ${mark.colour}`, mark]),
    ).values(),
  ];
  const shown = entries.slice(0, mostEntries);
  const rows: { x: number; y: number; mark: Mark | null; text: string }[] = [];
  let x = 12;
  let y = top + rowHeight - 5;
  const add = (mark: Mark | null, name: string): void => {
    const text = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
    const needed = (mark ? 26 : 0) + text.length * textSize * charWidth + 14;
    if (x > 12 && x + needed > width) {
      x = 12;
      y += rowHeight;
    }
    rows.push({ x, y, mark, text });
    x += needed;
  };
  for (const mark of shown) add(mark, mark.name);
  if (entries.length > shown.length) add(null, `and ${entries.length - shown.length} more`);
  const svg = rows.map(
    (row) => (row.mark ? key(row.mark, row.x, row.y) : "") + label(row.text, row.x + (row.mark ? 26 : 0), row.y, ink),
  );
  return { svg: svg.join(""), height: rows.length > 0 ? y - top + 6 : 0 };
}

function key(mark: Mark, x: number, y: number): string {
  const colour = escapeHtml(mark.colour);
  if (mark.kind === "line" && mark.joined) {
    const dash = mark.dashed ? ' stroke-dasharray="5 3"' : "";
    return `<path d="M${px(x)} ${px(y - 4)}h20" stroke="${colour}" stroke-width="2.5"${dash}/>`;
  }
  if (mark.kind === "line")
    return `<path d="M${px(x + 10)} ${px(y - 4)}h0" stroke="${colour}" stroke-width="7" stroke-linecap="round"/>`;
  return `<rect x="${px(x + 5)}" y="${px(y - 9)}" width="10" height="10" fill="${colour}"/>`;
}
