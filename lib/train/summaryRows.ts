// What a summary lists, as plain data: one row for each layer, and the sums. Text and HTML tables are made from it.

import type { Shape } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import { type AnyLayer, nodeInputs, type Operation, type Topology } from "./topology.js";

/** What a summary is made from. */
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

export interface SummaryRow {
  readonly name: string;
  readonly className: string;
  /** Of the last call, as Keras has it; null for a layer that was never called. */
  readonly shapes: readonly Shape[] | null;
  /** Elements of all weights; null for a layer that isn't built. */
  readonly params: number | null;
  /** "dense[1][0]": what it takes, which of its calls, which output. */
  readonly connectedTo: readonly string[];
  /** Null without weights. */
  readonly trainable: boolean | null;
  /** Layers of a nested model. */
  readonly inside: readonly SummaryRow[];
}

/** Elements; four bytes each. */
export interface SummaryTotals {
  readonly total: number;
  readonly trainable: number;
  readonly nonTrainable: number;
  readonly optimizer: number | null;
}

export interface SummaryData {
  readonly model: string;
  /** Layers follow each other in one line, none used twice. */
  readonly chain: boolean;
  readonly rows: readonly SummaryRow[];
  readonly totals: SummaryTotals;
}

export function summarize(model: SummaryOf): SummaryData {
  const chain = model.sequential || isChain(model.topology);
  const { trainable, frozen, optimizer } = model;
  return {
    model: model.name,
    chain,
    rows: model.operations.map((op) => rowOf(op, model.topology)),
    totals: {
      total: sizeOf(trainable) + sizeOf(frozen) + sizeOf(optimizer ?? []),
      trainable: sizeOf(trainable),
      nonTrainable: sizeOf(frozen),
      optimizer: optimizer && sizeOf(optimizer),
    },
  };
}

const sizeOf = (weights: readonly Weight[]): number => weights.reduce((sum, weight) => sum + weight.size, 0);

function isChain({ byDepth, operations }: Topology): boolean {
  return (
    byDepth.every((calls) => calls.length === 1 && nodeInputs(calls[0] as (typeof calls)[0]).length <= 1) &&
    operations.every((op) => op.nodes.length === 1)
  );
}

function rowOf(op: Operation, topology: Topology): SummaryRow {
  const { layer } = op;
  const outputs = layer ? layer.calls.at(-1) : op.nodes.at(-1)?.outputs;
  const inside = (layer as { operations?: readonly Operation[] } | null)?.operations ?? [];
  return {
    name: op.name,
    className: op.className,
    shapes: outputs ? outputs.map((tensor) => tensor.shape) : null,
    params: !layer ? 0 : layer.built ? layer.countParams() : null,
    connectedTo: connections(op, topology),
    trainable: !layer || layer.weights.length === 0 ? null : layer.trainable,
    inside: inside.filter((inner) => inner.layer).map((inner) => rowOf(inner, topology)),
  };
}

function connections(op: Operation, topology: Topology): string[] {
  if (op.className === "InputLayer") return [];
  const nodes = op.nodes.filter((call) => !call.source && topology.operationOf.get(call) === op);
  return nodes.flatMap((call) => nodeInputs(call).map((tensor) => place(tensor, topology)));
}

function place(tensor: Tensor, topology: Topology): string {
  const op = topology.operationOf.get(tensor.call);
  const call = op?.layer ? Math.max(0, nodeIndex(op.layer, tensor)) : 0;
  return `${op?.name ?? tensor.name}[${call}][${tensor.index}]`;
}

/** Which call of its layer made a tensor, counting calls outside of the model too. */
export const nodeIndex = (layer: AnyLayer, tensor: Tensor): number =>
  layer.calls.findIndex((outputs) => outputs[0]?.call === tensor.call);

/** "(None, 224, 224, 3)", as Python writes a tuple with an open batch. */
export const showTuple = (shape: Shape): string => `(${shape.map((size) => size ?? "None").join(", ")})`;

/** "1,234,567". The engine's own formatting takes 15 ms at its first number, as it loads all languages. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
