// Keras 3's summary of a model, to the character. Nothing is computed: shapes and counts stand in the graph.

import { readableBytes } from "../graph/bytes.js";
import { ValueError } from "../graph/errors.js";
import { showsItself } from "../show/notebook.js";
import { grouped, type SummaryData, type SummaryRow, type SummaryTotals, showTuple } from "./summaryRows.js";
import { type Column, drawTable } from "./table.js";

export interface SummaryOptions {
  /** Characters in a line; by default 88, or 108 for a graph with branches, at most the terminal's width less 4. */
  readonly lineLength?: number;
  /** What receives the text; by default the notebook, which shows a table, or console.log. */
  readonly print?: (text: string) => void;
  /** Also lists the layers inside of nested models. Default false. */
  readonly expandNested?: boolean;
  /** Adds a column that says which layers train. Default false. */
  readonly showTrainable?: boolean;
  /** Names (regular expressions are fine) of the first and last layer to list. */
  readonly layerRange?: readonly [string, string];
  /** Width of the terminal: longer lines are cut there. Default: the terminal's, or 80; notebooks have room for all. */
  readonly columns?: number;
}

/** A summary as a value: notebooks show a table, anything else its text. */
export class Summary {
  readonly data: SummaryData;
  readonly options: SummaryOptions;
  readonly text: string;

  constructor(data: SummaryData, options: SummaryOptions) {
    this.data = { ...data, rows: inRange(data.rows, options.layerRange) };
    this.options = options;
    this.text = summaryText(this.data, options);
  }

  toString(): string {
    return this.text;
  }
}

showsItself(Summary);

function summaryText(data: SummaryData, options: SummaryOptions): string {
  const columns = options.columns ?? process.stdout.columns ?? 80;
  const { chain } = data;
  const headers: [string, Column["align"]][] = [
    ["Layer (type)", "left"],
    ["Output Shape", "left"],
    ["Param #", "right"],
  ];
  let positions = [0.45, 0.8, 1];
  if (!chain) {
    headers.push(["Connected to", "left"]);
    positions = [0.3, 0.56, 0.74, 1];
  }
  let length = chain ? 88 : 108;
  if (options.showTrainable) {
    length += 12;
    positions = [...positions.map((position) => position * 0.9), 1];
    headers.push(["Trainable", "center"]);
  }
  const width = options.lineLength ?? Math.min(length, columns - 4);
  const ends = positions.map((position) => Math.trunc(position * width));
  const table = headers.map(([header, align], i) => ({
    header,
    align,
    width: (ends[i] as number) - (ends[i - 1] ?? 0),
  }));
  if (table.some((column) => column.width < 4)) throw new ValueError(`summary: ${width} characters are too few`);

  const rows = data.rows.flatMap((row) => cells(row, chain, options, 0));
  const lines = [`Model: "${data.model}"`, ...drawTable(table, rows, width), ...totalLines(data.totals)];
  return `${lines.map((line) => line.slice(0, columns)).join("\n")}\n`;
}

function cells(row: SummaryRow, chain: boolean, options: SummaryOptions, level: number): string[][] {
  const { name, className, trainable } = row;
  const line = [
    `${level > 0 ? `${"   ".repeat(level)}└ ` : ""}${name} (${className})`,
    showShapes(row),
    row.params === null ? "0 (unbuilt)" : grouped(row.params),
  ];
  if (!chain) line.push(row.connectedTo.join(", ") || "-");
  if (options.showTrainable) line.push(trainable === null ? "-" : trainable ? "Y" : "N");
  const inside = options.expandNested ? row.inside : [];
  return [line, ...inside.flatMap((inner) => cells(inner, chain, options, level + 1))];
}

/** "(None, 64)", "[(None, 64), (None, 8)]", or "?". */
export function showShapes({ shapes }: SummaryRow): string {
  if (!shapes) return "?";
  const shown = shapes.map(showTuple);
  return shown.length === 1 ? (shown[0] as string) : `[${shown.join(", ")}]`;
}

function inRange(rows: readonly SummaryRow[], range: readonly [string, string] | undefined): readonly SummaryRow[] {
  if (!range) return rows;
  const matching = (pattern: string): number[] =>
    rows.flatMap((row, i) => (row.name === pattern || new RegExp(`^(?:${pattern})`).test(row.name) ? [i] : []));
  const [first, last] = [matching(range[0]), matching(range[1])];
  if (first.length === 0 || last.length === 0) {
    throw new ValueError(`summary: layerRange [${range.join(", ")}] matches no layers`, {
      notes: [`layers: ${rows.map((row) => row.name).join(", ")}`],
    });
  }
  const ends = [Math.min(...first), Math.max(...last)].sort((a, b) => a - b) as [number, number];
  return rows.slice(ends[0], ends[1] + 1);
}

/** " Total params: 411,789,441 (1.53 GB)", and so on. */
export function totalLines({ total, trainable, nonTrainable, optimizer }: SummaryTotals): string[] {
  const line = (label: string, count: number): string =>
    ` ${label} params: ${grouped(count)} (${readableBytes(count * 4)})`;
  return [
    line("Total", total),
    line("Trainable", trainable),
    line("Non-trainable", nonTrainable),
    ...(optimizer === null ? [] : [line("Optimizer", optimizer)]),
  ];
}
