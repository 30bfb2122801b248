// A profile → SVG: the step from left to right as each worker ran it, and below that a bar for each layer.

import { readableBytes } from "../../../lib/graph/bytes.js";
import type { LayerTime, ModelProfile, ProfiledKernel, ProfiledSpan } from "../../../lib/index.js";
import { palette, textGray } from "../../../lib/show/palette.js";
import { escapeHtml } from "../escape.js";
import { shortNumber } from "../numbers.js";
import type { Ink } from "../theme.js";

const width = 720;
const rowHeight = 20;
const timelineTop = 46;
/** Of all lanes together, if there is room for each. */
const timelineHeight = 64;
const tallestLane = 26;
const lowestLane = 9;
const laneGap = 2;
/** More workers aren't drawn. */
const mostLanes = 32;
/** Room for names, and for what is said behind the bars. */
const names = 190;
const figures = 170;
/** Slower layers than these are drawn. */
const mostLayers = 40;

const [blue, orange, green] = palette as [string, string, string];
const kinds = [
  { name: "forward", colour: blue },
  { name: "backward", colour: orange },
  { name: "update", colour: green },
  { name: "waiting", colour: textGray },
] as const;
type Kind = (typeof kinds)[number]["name"];

const px = (value: number): string => String(Math.round(value * 100) / 100);
const colourOf = (kind: Kind): string => kinds.find(({ name }) => name === kind)?.colour ?? textGray;
const milliseconds = (value: number): string => `${shortNumber(Number(value.toPrecision(3)))} ms`;

export function drawProfile(profile: ModelProfile, ink: Ink): string {
  const all = profile.layers;
  const layers = all.slice(0, mostLayers);
  const left = all.length - layers.length;
  const workers = profile.workers.slice(0, mostLanes);
  const laneHeight = Math.max(lowestLane, Math.min(tallestLane, Math.floor(timelineHeight / workers.length)));
  const rowsTop = timelineTop + workers.length * laneHeight + 28;
  const height = rowsTop + rowHeight * (layers.length + (left > 0 ? 1 : 0)) + 6;
  const more = text(0, height - 10, `and ${left} faster layers`, ink, `fill-opacity="${ink.fine}"`);
  const body = [
    text(0, 15, profile.title, ink, 'font-weight="600" font-size="13"'),
    legend(profile, ink),
    timeline(profile, workers, laneHeight, ink),
    bars(layers, profile, rowsTop, ink),
    ...(left > 0 ? [more] : []),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"` +
    ` font-size="11.5" style="max-width:100%;height:auto;font-family:${escapeHtml(ink.font)}">` +
    `<title>${escapeHtml(profile.title)}</title>${body.join("")}</svg>`
  );
}

function text(x: number, y: number, words: string, ink: Ink, more = ""): string {
  return `<text x="${px(x)}" y="${px(y)}" fill="${ink.text}" ${more}>${escapeHtml(words)}</text>`;
}

function legend(profile: ModelProfile, ink: Ink): string {
  const shown = kinds.filter(({ name }) => name === "waiting" || profile.layers.some((layer) => layer[name] > 0));
  let x = 0;
  return shown
    .map(({ name, colour }) => {
      const words = name === "waiting" ? `waiting for workers ${milliseconds(profile.waiting)}` : name;
      const mark = `<rect x="${px(x)}" y="26" width="10" height="10" rx="2" fill="${colour}"/>`;
      const entry = mark + text(x + 15, 35, words, ink, `fill-opacity="${ink.fine}"`);
      x += 36 + words.length * 6.2;
      return entry;
    })
    .join("");
}

type Spans = readonly ProfiledSpan[];

const lengthOf = (spans: Spans): number => spans.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

/** A lane for each worker. Their clocks differ, but they all go on from their last wait at the same time. */
function timeline(profile: ModelProfile, workers: readonly Spans[], laneHeight: number, ink: Ink): string {
  const untilLastWait = workers.map((spans) =>
    lengthOf(spans.slice(0, 1 + spans.findLastIndex(({ kernel }) => kernel === null))),
  );
  const meeting = Math.max(...untilLastWait, 0);
  const starts = untilLastWait.map((length) => meeting - length);
  const ends = workers.map((spans, worker) => (starts[worker] ?? 0) + lengthOf(spans));
  const scale = width / Math.max(profile.milliseconds, ...ends, Number.MIN_VALUE);
  const lanes = workers.map((spans, worker) => {
    const y = timelineTop + worker * laneHeight;
    return lane(profile, spans, { worker, x: (starts[worker] ?? 0) * scale, y, scale, high: laneHeight - laneGap });
  });
  const high = workers.length * laneHeight;
  const frame = `<rect x="0.5" y="${timelineTop - 1}" width="${width - 1}" height="${high}" fill="none" stroke="${ink.grid}" stroke-opacity="0.4"/>`;
  const rest = width - Math.max(...ends, 0) * scale;
  const words = `handing over ${milliseconds(profile.overhead)}`;
  const note =
    rest > words.length * 6.4
      ? text(
          width - rest / 2,
          timelineTop + high / 2 + 4,
          words,
          ink,
          `text-anchor="middle" fill-opacity="${ink.fine}"`,
        )
      : "";
  return frame + lanes.join("") + note;
}

interface Lane {
  readonly worker: number;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly high: number;
}

function lane(profile: ModelProfile, spans: Spans, { worker, x: start, y, scale, high }: Lane): string {
  let x = start;
  const who = profile.workers.length > 1 ? `worker ${worker + 1}: ` : "";
  const boxes = spans.map(({ kernel: index, milliseconds: own }) => {
    const kernel = index === null ? undefined : profile.kernels[index];
    const colour = colourOf(kernel?.pass ?? "waiting");
    const box = part(
      x,
      own * scale,
      y,
      high,
      colour,
      who + (kernel ? wordsOf(kernel, own) : `waiting ${milliseconds(own)}`),
    );
    x += own * scale;
    return box;
  });
  return `<g class="weft-worker">${boxes.join("")}</g>`;
}

function wordsOf({ layer, pass, label, executions, bytes }: ProfiledKernel, own: number): string {
  const times = executions > 1 ? `${executions} times, ` : "";
  return `${layer} (${pass})\n${label}\n${milliseconds(own)}, ${times}${readableBytes(bytes)}`;
}

/** A box with a gap behind it where there is room for one. */
function part(x: number, wide: number, y: number, high: number, colour: string, words: string): string {
  if (wide < 0.05) return "";
  const shown = wide > 3 ? wide - 0.7 : wide;
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(shown)}" height="${px(high)}" fill="${colour}" fill-opacity="0.85"><title>${escapeHtml(words)}</title></rect>`;
}

function bars(layers: readonly LayerTime[], profile: ModelProfile, top: number, ink: Ink): string {
  const longest = Math.max(...layers.map((layer) => layer.milliseconds), Number.MIN_VALUE);
  const scale = (width - names - figures) / longest;
  return layers
    .map((layer, i) => {
      const y = top + i * rowHeight;
      let x = names;
      const boxes = (["forward", "backward", "update"] as const).map((pass) => {
        const box = part(
          x,
          layer[pass] * scale,
          y,
          13,
          colourOf(pass),
          `${layer.layer} (${pass})\n${milliseconds(layer[pass])}`,
        );
        x += layer[pass] * scale;
        return box;
      });
      const share = profile.milliseconds > 0 ? (100 * layer.milliseconds) / profile.milliseconds : 0;
      const facts = `${milliseconds(layer.milliseconds)} · ${share.toFixed(1)}% · ${readableBytes(layer.bytes)}`;
      return `<g class="weft-layer"><title>${escapeHtml(layer.layer)}</title>${text(0, y + 11, short(layer.layer), ink)}${boxes.join("")}${text(x + 6, y + 11, facts, ink, `fill-opacity="${ink.fine}"`)}</g>`;
    })
    .join("");
}

/** The end of a name says more than its beginning, which names the models around. */
const short = (name: string): string => (name.length > 28 ? `…${name.slice(-27)}` : name);
