// A model as boxes and arrows, as plain data: what pictures, DOT text and listings of its graph are made from.

import type { DType } from "../graph/dtype.js";
import type { SerializedItem } from "../graph/registry.js";
import type { Shape } from "../graph/shape.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import type { ModelGraph } from "./graphOf.js";
import { type AnyLayer, nodeInputs, type Operation } from "./topology.js";

export interface DrawnTensor {
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface DrawnNode {
  /** Unique in the whole drawing: names of the models around it, then its own. */
  readonly id: string;
  readonly name: string;
  readonly className: string;
  /** "refused": a call that couldn't be made. */
  readonly kind: "input" | "layer" | "op" | "model" | "refused";
  readonly inputs: readonly DrawnTensor[];
  readonly outputs: readonly DrawnTensor[];
  /** How often the model calls it: a shared layer more than once. */
  readonly calls: number;
  readonly activation: string | null;
  readonly params: number;
  /** Bytes of its weights. */
  readonly weightBytes: number;
  /** Null without weights. */
  readonly trainable: boolean | null;
  /** A nested model's own graph. */
  readonly inside: Drawing | null;
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly tensor: DrawnTensor;
  /** Which call of a shared layer it goes into, counted from 1; 0 when there is one call only. */
  readonly call: number;
  /** The tensor carries a mask. */
  readonly masked: boolean;
}

export interface Drawing {
  readonly name: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** Ids of the nodes that the model's inputs, and its outputs, are. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** `prefix`: ids of the models around it. */
export function drawingOf(
  name: string,
  graph: Pick<ModelGraph, "inputs" | "outputs" | "topology">,
  prefix = "",
): Drawing {
  const { operations, operationOf } = graph.topology;
  const idOf = (tensor: Tensor): string | null => {
    const operation = operationOf.get(originalOf(tensor).call);
    return operation ? prefix + operation.name : null;
  };
  const leaves = new Set(graph.inputs.map((tensor) => originalOf(tensor).call));
  const edges = operations.flatMap((operation) =>
    operation.nodes.flatMap((call, i) =>
      (leaves.has(call) ? [] : nodeInputs(call)).flatMap((tensor) => {
        const from = idOf(tensor);
        if (from === null) return [];
        return {
          from,
          to: prefix + operation.name,
          tensor: drawn(tensor),
          call: operation.nodes.length > 1 ? i + 1 : 0,
          masked: tensor.mask !== undefined,
        };
      }),
    ),
  );
  const ids = (tensors: readonly Tensor[]): string[] => tensors.flatMap((tensor) => idOf(tensor) ?? []);
  return {
    name,
    nodes: operations.map((operation) => nodeOf(operation, prefix)),
    edges,
    inputs: ids(graph.inputs),
    outputs: ids(graph.outputs),
  };
}

const drawn = ({ shape, dtype }: Tensor): DrawnTensor => ({ shape, dtype });

function nodeOf(operation: Operation, prefix: string): DrawnNode {
  const { name, className, layer, nodes } = operation;
  const call = nodes.at(-1);
  const isInput = className === "InputLayer";
  const graph = graphInside(layer);
  const id = prefix + name;
  const params = layer?.built ? layer.countParams() : 0;
  return {
    id,
    name,
    className,
    kind: isInput ? "input" : graph ? "model" : layer ? "layer" : "op",
    inputs: call && !isInput ? nodeInputs(call).map(drawn) : [],
    outputs: call?.outputs.map(drawn) ?? [],
    calls: nodes.length,
    activation: activationOf(layer),
    params,
    weightBytes: 4 * params,
    trainable: !layer || layer.weights.length === 0 ? null : layer.trainable,
    inside: graph && layer ? drawingOf(name, graph, `${id}/`) : null,
  };
}

function graphInside(layer: AnyLayer | null): ModelGraph | null {
  const model = layer as { recorded?: ModelGraph } | null;
  return model && "recorded" in model ? (model.recorded ?? null) : null;
}

/** By its name; null for none, or "linear", which is none. */
function activationOf(layer: AnyLayer | null): string | null {
  try {
    const { activation } = (layer?.getConfig() ?? {}) as { activation?: string | Partial<SerializedItem> | null };
    const name = typeof activation === "string" ? activation : activation?.class_name;
    if (name === undefined || name === "linear") return null;
    return name === "function" ? String(activationFunction(activation)) : name;
  } catch {
    // A custom layer may refuse to tell its config.
    return null;
  }
}

const activationFunction = (activation: unknown): unknown => (activation as { config?: unknown }).config;
