// Keras 3's summary of a model, to the character. Nothing is computed: shapes and counts stand in the graph.

import { ValueError } from "../graph/errors.js";
import type { Shape } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import { type Column, drawTable } from "./table.js";
import { type AnyLayer, nodeInputs, type Operation, type Topology } from "./topology.js";

export interface SummaryOptions {
  /** Characters in a line; by default 88, or 108 for a graph with branches, at most the terminal's width less 4. */
  readonly lineLength?: number;
  /** What receives the text; by default console.log. */
  readonly print?: (text: string) => void;
  /** Also lists the layers inside of nested models. Default false. */
  readonly expandNested?: boolean;
  /** Adds a column that says which layers train. Default false. */
  readonly showTrainable?: boolean;
  /** Names (regular expressions are fine) of the first and last layer to list. */
  readonly layerRange?: readonly [string, string];
  /** Width of the terminal: longer lines are cut there. Default: the terminal's, or 80. */
  readonly columns?: number;
}

/** What the text is made from. */
export interface SummaryOf {
  readonly name: string;
  readonly topology: Topology;
  /** What is listed (a sequential model leaves its input out). */
  readonly operations: readonly Operation[];
  readonly sequential: boolean;
  readonly trainable: readonly Weight[];
  readonly frozen: readonly Weight[];
  /** Slots of a built optimizer; none when it isn't built yet. */
  readonly optimizer: readonly Weight[] | null;
}

/** The summary's text. */
export function summaryText(model: SummaryOf, options: SummaryOptions = {}): string {
  const columns = options.columns ?? process.stdout.columns ?? 80;
  const chain = model.sequential || isChain(model.topology);
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

  const listed = inRange(model.operations, options.layerRange);
  const rows = listed.flatMap((op) => rowsOf(op, chain ? null : model.topology, options, 0));
  const lines = [`Model: "${model.name}"`, ...drawTable(table, rows, width), ...totals(model)];
  return `${lines.map((line) => line.slice(0, columns)).join("\n")}\n`;
}

/** Whether the layers follow each other in one line, none used twice. */
function isChain({ byDepth, operations }: Topology): boolean {
  return (
    byDepth.every((calls) => calls.length === 1 && nodeInputs(calls[0] as (typeof calls)[0]).length <= 1) &&
    operations.every((op) => op.nodes.length === 1)
  );
}

function rowsOf(op: Operation, topology: Topology | null, options: SummaryOptions, level: number): string[][] {
  const { layer } = op;
  const params = !layer ? "0" : layer.built ? grouped(layer.countParams()) : "0 (unbuilt)";
  const row = [`${level > 0 ? `${"   ".repeat(level)}└ ` : ""}${op.name} (${op.className})`, shapeOf(op), params];
  if (topology) row.push(connections(op, topology));
  if (options.showTrainable) row.push(!layer || layer.weights.length === 0 ? "-" : layer.trainable ? "Y" : "N");
  const inside = options.expandNested ? (layer as { operations?: readonly Operation[] } | null)?.operations : undefined;
  return [
    row,
    ...(inside ?? []).filter((inner) => inner.layer).flatMap((inner) => rowsOf(inner, topology, options, level + 1)),
  ];
}

const showTuple = (shape: Shape): string => `(${shape.map((size) => size ?? "None").join(", ")})`;

/** Shape of the last call, as Keras has it. */
function shapeOf(op: Operation): string {
  const outputs = op.layer ? op.layer.calls.at(-1) : op.nodes.at(-1)?.outputs;
  if (!outputs) return "?";
  const shapes = outputs.map((tensor) => showTuple(tensor.shape));
  return shapes.length === 1 ? (shapes[0] as string) : `[${shapes.join(", ")}]`;
}

function connections(op: Operation, topology: Topology): string {
  const nodes = op.nodes.filter((call) => !call.source && topology.operationOf.get(call) === op);
  return (
    nodes
      .flatMap((call) =>
        op.className === "InputLayer" ? [] : nodeInputs(call).map((tensor) => place(tensor, topology)),
      )
      .join(", ") || "-"
  );
}

/** "dense[1][0]": the operation, which of its calls, which output. */
function place(tensor: Tensor, topology: Topology): string {
  const op = topology.operationOf.get(tensor.call);
  const call = op?.layer ? Math.max(0, nodeIndex(op.layer, tensor)) : 0;
  return `${op?.name ?? tensor.name}[${call}][${tensor.index}]`;
}

/** Which call of its layer made a tensor, counting calls outside of the model too. */
export const nodeIndex = (layer: AnyLayer, tensor: Tensor): number =>
  layer.calls.findIndex((outputs) => outputs[0]?.call === tensor.call);

function inRange(operations: readonly Operation[], range: readonly [string, string] | undefined): readonly Operation[] {
  if (!range) return operations;
  const matching = (pattern: string): number[] =>
    operations.flatMap((op, i) => (op.name === pattern || new RegExp(`^(?:${pattern})`).test(op.name) ? [i] : []));
  const [first, last] = [matching(range[0]), matching(range[1])];
  if (first.length === 0 || last.length === 0) {
    throw new ValueError(`summary: layerRange [${range.join(", ")}] matches no layers`, {
      notes: [`layers: ${operations.map((op) => op.name).join(", ")}`],
    });
  }
  const ends = [Math.min(...first), Math.max(...last)].sort((a, b) => a - b) as [number, number];
  return operations.slice(ends[0], ends[1] + 1);
}

function totals(model: SummaryOf): string[] {
  const line = (label: string, ...lists: readonly (readonly Weight[])[]): string => {
    const count = lists.flat().reduce((sum, weight) => sum + weight.size, 0);
    return ` ${label} params: ${grouped(count)} (${readableBytes(count * 4)})`;
  };
  return [
    line("Total", model.trainable, model.frozen, model.optimizer ?? []),
    line("Trainable", model.trainable),
    line("Non-trainable", model.frozen),
    ...(model.optimizer ? [line("Optimizer", model.optimizer)] : []),
  ];
}

/** "1,234,567". The engine's own formatting takes 15 ms at its first number, as it loads all languages. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** "1.53 GB", in powers of 1024. */
export function readableBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ["B", "KB", "MB", "GB", "TB"]) {
    if (size < 1024) return `${size.toFixed(2)} ${unit}`;
    size /= 1024;
  }
  return `${size.toFixed(2)} PB`;
}
