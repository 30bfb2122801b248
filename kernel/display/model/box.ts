// A node of a model's graph → its box: lines of text with the room they take, and a colour for what kind of layer it is.

import type { DrawnNode, ModelPlot } from "../../../lib/index.js";

export interface Line {
  readonly text: string;
  readonly bold: boolean;
  readonly size: number;
}

export interface Box {
  readonly node: DrawnNode;
  readonly lines: readonly Line[];
  readonly colour: string;
  readonly width: number;
  readonly height: number;
  /** All that is known, for a tooltip. */
  readonly tooltip: string;
}

export const lineHeight = 15;
export const padding = { x: 12, y: 8 };
/** Of the stripe at the box's left side. */
export const stripe = 4;

/** What layers do, by their class names; the first that fits. The colours read on white and on black. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^InputLayer$/, "#16a34a"],
  [/Dense|Embedding/, "#3b82f6"],
  [/Conv/, "#8b6cf0"],
  [/LSTM|GRU|RNN|Bidirectional|TimeDistributed/, "#d6409f"],
  [/Attention/, "#0d9aa8"],
  [/Normalization/, "#a08300"],
  [/Dropout|Noise|Regularization/, "#e5484d"],
  [/Pooling|Flatten|Reshape|Permute|RepeatVector|Cropping|Padding|Sampling/, "#0d9aa8"],
  [/Concatenate|^Add|Subtract|Multiply|Average|Maximum|Minimum|Dot/, "#ea7317"],
];
const other = "#808080";
/** Of what couldn't be made. */
export const wrong = "#e5484d";

export function colourOf(node: DrawnNode): string {
  if (node.kind === "refused") return wrong;
  if (node.kind === "model") return "#3b82f6";
  return kinds.find(([pattern]) => pattern.test(node.className))?.[1] ?? other;
}

/** Width of text, about: fonts differ, so a little more than most need. */
export function textWidth(text: string, size: number, bold: boolean): number {
  let units = 0;
  for (const char of text) {
    if (/[ijlI.,:;'|!()[\]\s]/.test(char)) units += 0.36;
    else if (/[mwMW@%→×]/.test(char)) units += 0.92;
    else if (/[A-Z0-9_]/.test(char)) units += 0.66;
    else if (char > "\u2e80") units += 1.05;
    else units += 0.57;
  }
  return units * size * (bold ? 1.07 : 1);
}

/** Longer names and lists of shapes are cut in the middle; the tooltip has them whole. */
const longest = 60;

const cut = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest / 2)}…${text.slice(1 - longest / 2)}`;

export function boxOf(plot: ModelPlot, node: DrawnNode): Box {
  const shown = plot.lines(node);
  const lines = shown.map((text, i) => ({ text: cut(text), bold: i === 0, size: i === 0 ? 12 : 11 }));
  const widest = Math.max(...lines.map((line) => textWidth(line.text, line.size, line.bold)));
  const facts = [
    ...shown,
    node.calls > 1 ? `shared: called ${node.calls} times` : "",
    node.trainable === false ? "frozen" : "",
    node.inside ? `a model of ${node.inside.nodes.length} layers` : "",
  ];
  return {
    node,
    lines,
    colour: colourOf(node),
    width: Math.ceil(widest) + 2 * padding.x + stripe,
    height: lines.length * lineHeight + 2 * padding.y,
    tooltip: facts.filter(Boolean).join("\n"),
  };
}
