// A laid-out graph → SVG: records with a coloured stripe, frames around nested models, arrows.

import type { ModelPlot } from "../../../lib/index.js";
import { showTuple } from "../../../lib/train/summaryRows.js";
import { px } from "../chart/text.js";
import { escapeHtml } from "../escape.js";
import type { Ink } from "../theme.js";
import { lineHeight, padding, stripe, wrong } from "./box.js";
import { type Frame, frameTitle, type Layout, type PlacedBox, type PlacedEdge, type Point } from "./layout.js";

/** `name`: of the arrow heads. */
export function drawGraph(plot: ModelPlot, layout: Layout, ink: Ink, name: string): string {
  const { width, height, frames, edges, boxes } = layout;
  const refused = new Set(boxes.filter(({ node }) => node.kind === "refused").map(({ node }) => node.id));
  const heads = [arrowHead(name, ink.text), ...(refused.size > 0 ? [arrowHead(`${name}-wrong`, wrong)] : [])];
  const parts = [
    `<defs>${heads.join("")}</defs>`,
    ...frames.map((frame) => drawFrame(frame, ink)),
    ...edges.map((edge) =>
      refused.has(edge.edge.to) ? drawEdge(edge, { ...ink, text: wrong }, `${name}-wrong`) : drawEdge(edge, ink, name),
    ),
    ...boxes.map((box) => drawBox(box, ink)),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
    ` role="img" style="max-width:100%;height:auto;font-family:${escapeHtml(ink.font)}">` +
    `<title>${escapeHtml(`Graph of ${plot.drawing.name}`)}</title>${parts.join("")}</svg>`
  );
}

const arrowHead = (name: string, colour: string): string =>
  `<marker id="${name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0.5 8 4 0 7.5z" fill="${colour}" fill-opacity="0.75"/></marker>`;

function drawFrame({ node, x, y, width, height, depth }: Frame, ink: Ink): string {
  return (
    `<g><title>${escapeHtml(`${node.name} (${node.className})`)}</title>` +
    `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="8" fill="#3b82f6" fill-opacity="${depth % 2 ? 0.1 : 0.06}" stroke="#3b82f6" stroke-opacity="0.6"/>` +
    `<text x="${px(x + 10)}" y="${px(y + frameTitle - 5)}" font-size="11.5" font-weight="600" fill="${ink.text}">${escapeHtml(node.name)}</text></g>`
  );
}

function drawBox(box: PlacedBox, ink: Ink): string {
  const { node, lines, width, height, colour, tooltip } = box;
  const left = box.x - width / 2;
  const top = box.y - height / 2;
  const frozen = node.trainable === false ? ' stroke-dasharray="4 3"' : "";
  const texts = lines.map(
    (line, i) =>
      `<text x="${px(left + stripe + padding.x)}" y="${px(top + padding.y + lineHeight * (i + 0.78))}" font-size="${line.size}"` +
      `${line.bold ? ' font-weight="600"' : ` fill-opacity="${ink.fine}"`} fill="${ink.text}">${escapeHtml(line.text)}</text>`,
  );
  // A nested model has a second outline: there is more inside.
  const more =
    node.kind === "model"
      ? `<rect x="${px(left + 3)}" y="${px(top + 3)}" width="${px(width)}" height="${px(height)}" rx="6" fill="none" stroke="${colour}" stroke-opacity="0.4"/>`
      : "";
  return (
    `<g class="weft-node" data-node="${escapeHtml(node.id)}"><title>${escapeHtml(tooltip)}</title>${more}` +
    `<rect x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(height)}" rx="6" fill="${ink.paper}" stroke="${colour}" stroke-opacity="0.75"${frozen}/>` +
    `<rect x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(height)}" rx="6" fill="${colour}" fill-opacity="0.1"/>` +
    `<rect x="${px(left)}" y="${px(top)}" width="${stripe}" height="${px(height)}" rx="2" fill="${colour}"/>${texts.join("")}</g>`
  );
}

function drawEdge({ edge, points }: PlacedEdge, ink: Ink, name: string): string {
  const words = [
    `${edge.from} → ${edge.to}`,
    `${edge.tensor.dtype} ${showTuple(edge.tensor.shape)}`,
    edge.masked ? "with a mask" : "",
    edge.call > 0 ? `call ${edge.call}` : "",
  ];
  const title = `<title>${escapeHtml(words.filter(Boolean).join("\n"))}</title>`;
  const path = `<path d="${curve(points)}" fill="none" stroke="${ink.text}" stroke-opacity="0.6" stroke-width="1.3"${edge.masked ? ' stroke-dasharray="5 3"' : ""} marker-end="url(#${name})"/>`;
  return `<g class="weft-edge">${title}${path}${callNumber(edge.call, points, ink)}</g>`;
}

/** "1", "2" where arrows into a shared layer begin: which call of it they are. */
function callNumber(call: number, points: readonly Point[], ink: Ink): string {
  const start = points[0];
  const next = points[1];
  if (call === 0 || !start || !next) return "";
  const across = Math.abs(next.x - start.x) > Math.abs(next.y - start.y);
  const x = start.x + (across && next.x < start.x ? -12 : 6);
  const y = start.y + (across || next.y < start.y ? -5 : 13);
  return `<text x="${px(x)}" y="${px(y)}" font-size="10" fill="${ink.text}">${call}</text>`;
}

/** Through the points without corners: straight ends, and a quadratic bend at each point between. */
function curve(points: readonly Point[]): string {
  const at = (point: Point): string => `${px(point.x)} ${px(point.y)}`;
  const [first, ...rest] = points as [Point, ...Point[]];
  if (rest.length < 2) return `M${at(first)}${rest.map((point) => `L${at(point)}`).join("")}`;
  const half = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  let path = `M${at(first)}`;
  for (let i = 0; i + 1 < rest.length; i++) {
    const here = rest[i] as Point;
    const next = rest[i + 1] as Point;
    path += i + 2 < rest.length ? `Q${at(here)} ${at(half(here, next))}` : `Q${at(here)} ${at(next)}`;
  }
  return path;
}
