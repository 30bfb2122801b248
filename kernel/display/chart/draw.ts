// A chart → SVG text. Text and grid take the inks they are given: the page's own where the SVG is part of it, or fixed ones.

import { escapeHtml } from "../escape.js";
import type { Ink } from "../theme.js";
import type { Axis, Chart, Mark, Panel } from "./chart.js";
import { legendOf } from "./legend.js";
import { drawMark } from "./marks.js";
import { linearScale, logScale, type Scale } from "./scale.js";
import { charWidth, label, px, textSize } from "./text.js";

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function drawChart(chart: Chart, ink: Ink): string {
  const { width, height } = chart;
  let top = 4;
  const parts: string[] = [];
  if (chart.title) {
    parts.push(label(chart.title, width / 2, top + 15, ink, { size: 13, anchor: "middle" }));
    top += 21;
  }
  if (chart.note) {
    parts.push(label(chart.note, width / 2, top + 12, ink, { anchor: "middle" }));
    top += 18;
  }
  if (chart.legend) {
    const legend = legendOf(chart.panels, width, top, ink);
    parts.push(legend.svg);
    top += legend.height;
  }
  for (const panel of chart.panels) {
    const place = panel.place ?? { left: 0, right: 1, top: 0, bottom: 1 };
    const room = {
      left: place.left * width,
      right: place.right * width,
      top: top + place.top * (height - top),
      bottom: top + place.bottom * (height - top),
    };
    parts.push(drawPanel(panel, room, ink));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeHtml(ink.font)}" font-size="${textSize}" role="img">${parts.join("")}</svg>`;
}

function drawPanel(panel: Panel, room: Box, ink: Ink): string {
  const { second } = panel;
  const rough = scales(panel, inner(panel, room, null, null));
  const box = inner(panel, room, rough.y, rough.second);
  const found = scales(panel, box);
  const { x, y } = found;
  const view = `x="${px(box.left - 3)}" y="${px(box.top - 3)}" width="${px(box.right - box.left + 6)}" height="${px(box.bottom - box.top + 6)}"`;
  const parts = [
    panel.title ? label(panel.title, (box.left + box.right) / 2, box.top - 7, ink, { anchor: "middle", size: 12 }) : "",
    axisX(panel.x, x, box, room, ink),
    axisY(panel.y, y, box, ink, "left"),
    second && found.second ? axisY(second.y, found.second, box, ink, "right") : "",
    // An inner svg clips without an id, which would have to be the page's only one of its name.
    `<svg ${view} viewBox="${view.replace(/[a-z]+="([^"]*)"/g, "$1")}">`,
    ...panel.marks.map((mark) => drawMark(mark, { x, y }, ink)),
    ...(second && found.second ? second.marks.map((mark) => drawMark(mark, { x, y: found.second as Scale }, ink)) : []),
    "</svg>",
  ];
  return parts.join("");
}

/** The room within the axes' numbers and titles; without scales, its height is right already. */
function inner(panel: Panel, room: Box, y: Scale | null, second: Scale | null): Box {
  const left = panel.y.hidden ? 4 : sideRoom(panel.y, y);
  const right = panel.second && second ? sideRoom(panel.second.y, second) + 4 : 14;
  const bottom = panel.x.hidden ? 4 : 20 + (panel.x.title ? 16 : 0);
  return {
    left: room.left + left,
    right: Math.max(room.left + left + 10, room.right - right),
    top: room.top + (panel.title ? 22 : 8),
    bottom: Math.max(room.top + 40, room.bottom - bottom),
  };
}

const sideRoom = (axis: Axis, scale: Scale | null): number =>
  12 + (scale ? longestLabel(axis, scale) : 0) + (axis.title ? 16 : 0);

const longestLabel = (axis: Axis, scale: Scale): number =>
  Math.max(0, ...ticksOf(axis, scale).map(({ label: text }) => text.length)) * textSize * charWidth;

function scales(panel: Panel, box: Box): { x: Scale; y: Scale; second: Scale | null } {
  const { marks, second } = panel;
  const wide = Math.max(2, (box.right - box.left) / 70);
  const high = Math.max(2, (box.bottom - box.top) / 36);
  return {
    x: scaleOf(panel.x, second ? [...marks, ...second.marks] : marks, "x", box.left, box.right, wide),
    y: scaleOf(panel.y, marks, "y", box.bottom, box.top, high),
    second: second ? scaleOf(second.y, second.marks, "y", box.bottom, box.top, high) : null,
  };
}

function scaleOf(axis: Axis, marks: readonly Mark[], side: "x" | "y", from: number, to: number, count: number): Scale {
  const [low, high] = axis.range ?? extent(marks, side, axis.log ?? false);
  const make = axis.log ? logScale : linearScale;
  return axis.reversed ? make(low, high, to, from, count) : make(low, high, from, to, count);
}

/** From the least to the greatest number that the marks hold, with a little room for lines. */
function extent(marks: readonly Mark[], side: "x" | "y", log: boolean): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let solid = true;
  const see = (value: number | null | undefined): void => {
    if (value === null || value === undefined || !Number.isFinite(value) || (log && value <= 0)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const mark of marks) {
    if (mark.kind === "line") {
      solid = false;
      for (const value of mark[side]) see(value);
      if (side === "y") see(mark.filledTo);
    } else {
      for (const box of mark.kind === "boxes" ? mark.boxes : [mark.box]) {
        see(side === "x" ? box.x0 : box.y0);
        see(side === "x" ? box.x1 : box.y1);
      }
    }
  }
  if (low > high) return log ? [1, 10] : [0, 1];
  if (log) return [low / 1.1, high * 1.1];
  const room = solid ? 0 : (high - low) * (side === "y" ? 0.05 : 0.015);
  return [low - room, high + room];
}

const ticksOf = (axis: Axis, scale: Scale): readonly { at: number; label: string }[] =>
  axis.labels ? axis.labels.map(({ at, text }) => ({ at, label: text })) : scale.ticks;

function axisX(axis: Axis, scale: Scale, box: Box, room: Box, ink: Ink): string {
  if (axis.hidden) return "";
  const all = ticksOf(axis, scale);
  // Names that would run into each other: every second, third, …
  const share = (box.right - box.left) / Math.max(1, all.length);
  const longest = Math.max(0, ...all.map(({ label: text }) => text.length)) * textSize * charWidth + 8;
  const every = Math.max(1, Math.ceil(longest / share));
  const ticks = all.filter((_, i) => i % every === 0);
  const parts = ticks.map(({ at, label: text }) => {
    const x = scale.pixel(at);
    const line = axis.labels ? "" : gridLine(x, box.top, x, box.bottom, ink);
    const half = (text.length * textSize * charWidth) / 2;
    const middle = Math.max(room.left + half, Math.min(x, room.right - half));
    return line + label(text, middle, box.bottom + 14, ink, { anchor: "middle" });
  });
  if (axis.title) parts.push(label(axis.title, (box.left + box.right) / 2, box.bottom + 31, ink, { anchor: "middle" }));
  return parts.join("");
}

function axisY(axis: Axis, scale: Scale, box: Box, ink: Ink, side: "left" | "right"): string {
  if (axis.hidden) return "";
  const [edge, out, anchor] = side === "left" ? ([box.left, -1, "end"] as const) : ([box.right, 1, "start"] as const);
  const parts = ticksOf(axis, scale).map(({ at, label: text }) => {
    const y = scale.pixel(at);
    // The lines of one side are enough.
    const line = axis.labels || side === "right" ? "" : gridLine(box.left, y, box.right, y, ink);
    return line + label(text, edge + 6 * out, y + textSize * 0.35, ink, { anchor });
  });
  if (axis.title) {
    // Rotated text stands to the left of its line.
    const x = edge + out * (longestLabel(axis, scale) + (side === "left" ? 14 : 22));
    const y = (box.top + box.bottom) / 2;
    parts.push(label(axis.title, x, y, ink, { anchor: "middle", more: ` transform="rotate(-90 ${px(x)} ${px(y)})"` }));
  }
  return parts.join("");
}

const gridLine = (x1: number, y1: number, x2: number, y2: number, ink: Ink): string =>
  `<path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}" stroke="${ink.grid}" stroke-opacity="${ink.gridOpacity}"/>`;
