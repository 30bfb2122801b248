// Models as Keras's JSON: layers with their configs, and for each of their calls where its inputs come from.

import { layers as registry } from "../catalog/layers/index.js";
import * as ops from "../catalog/ops/index.js";
import { ValueError, WeftError } from "../graph/errors.js";
import { type LayerCallAttrs, snakeCase } from "../graph/layer.js";
import type { SerializedItem } from "../graph/registry.js";
import { type Call, Tensor } from "../graph/tensor.js";
import { InputLayer } from "./inputLayer.js";
import { Model } from "./model.js";
import { Sequential } from "./sequential.js";
import type { Structured } from "./structure.js";
import { type AnyLayer, type Operation, type Topology } from "./topology.js";
import type { AnyModel } from "./training.js";

type Json = Readonly<Record<string, unknown>>;

/** Where a tensor comes from: layer, which of its calls, which output. */
type History = readonly [name: string, node: number, tensor: number];

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

// ---- writing

/** Keras's config of a functional or sequential model. */
export function toConfig(model: AnyModel): Record<string, unknown> {
  const common = { name: model.name, trainable: model.trainable };
  if (model instanceof Sequential) {
    const first = model.inputLayer;
    const items = [...(first ? [first as unknown as AnyLayer] : []), ...model.layers].map((layer) => itemOf(layer));
    return { ...common, dtype: model.dtype, layers: items, ...(first ? { build_input_shape: [...first.tensor.shape] } : {}) };
  }
  const { topology, inputForm, outputForm } = model.recorded;
  const place = (tensor: Tensor): History => historyOf(tensor, topology);
  const packed = (form: typeof inputForm, tensors: readonly Tensor[]): unknown => {
    const places = tensors.map(place);
    if (form.kind === "record") return Object.fromEntries(form.names.map((name, i) => [name, places[i]]));
    return form.kind === "one" ? places[0] : places;
  };
  return {
    ...common,
    layers: topology.operations.map((operation) => operationToJSON(operation, topology)),
    input_layers: packed(inputForm, model.inputs),
    output_layers: packed(outputForm, model.outputs),
  };
}

/** The text of Keras's `to_json`. */
export function toJSON(model: AnyModel): string {
  return JSON.stringify(itemOf(model as unknown as AnyLayer));
}

function moduleOf(layer: AnyLayer): string | null {
  if (layer.className === "Functional") return "keras.src.models.functional";
  if (layer.className === "Sequential") return "keras";
  return registry.names().includes(layer.className) ? "keras.layers" : null;
}

function itemOf(layer: AnyLayer): Record<string, unknown> {
  const module = moduleOf(layer);
  const registered = layer.className === "Functional" ? "Functional" : module === null ? `Custom>${layer.className}` : null;
  const first = (layer as unknown) instanceof InputLayer ? undefined : layer.calls[0]?.[0]?.call;
  const shapes = first?.layer ? first.inputs.slice(0, (first.attrs as LayerCallAttrs).count).map((tensor) => [...tensor.shape]) : null;
  const build = shapes && layer.weights.length > 0 ? { build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes } } : {};
  return { module, class_name: layer.className, config: layer.getConfig(), registered_name: registered, ...build };
}

function historyOf(tensor: Tensor, topology: Topology): History {
  const operation = topology.operationOf.get(tensor.call);
  if (!operation) throw new WeftError(`${tensor} isn't part of the model`);
  return [operation.name, operation.nodes.indexOf(tensor.call), tensor.index];
}

function operationToJSON(operation: Operation, topology: Topology): Record<string, unknown> {
  const { layer, name, className } = operation;
  const item = layer ? itemOf(layer) : { module: "keras.src.ops.numpy", class_name: className, config: { name }, registered_name: className };
  const calls = operation.nodes.filter((call) => !(layer instanceof InputLayer) && !call.source);
  return { ...item, name, inbound_nodes: calls.map((call) => callToJSON(call, topology)) };
}

function callToJSON(call: Call, topology: Topology): Record<string, unknown> {
  const write = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(write);
    if (!(value instanceof Tensor)) return value;
    const { source } = value.call;
    if (source?.kind === "constant" && value.rank === 0) return source.value.data[0];
    const config = { shape: [...value.shape], dtype: value.dtype, keras_history: historyOf(value, topology) };
    return { class_name: "__keras_tensor__", config };
  };
  if (!call.layer) {
    const attrs = (call.attrs ?? {}) as Json;
    return { args: call.inputs.map(write), kwargs: Object.fromEntries(Object.entries(attrs).map(([key, value]) => [snakeCase(key), value])) };
  }
  const { single, options, count } = call.attrs as LayerCallAttrs;
  const inputs = call.inputs.slice(0, count);
  const kwargs = Object.entries(options).map(([key, value]) => [snakeCase(key), write(value)]);
  return { args: [write(single ? inputs[0] : inputs)], kwargs: Object.fromEntries(kwargs) };
}

// ---- reading

/**
 * A model from the text of Keras's `to_json` (or the object it stands for): layers and shapes, fresh weights. Raises NameError for a class
 * that nobody knows; `layers.register` makes custom ones known.
 *
 * @example
 * const copy = modelFromJSON(m.toJSON());
 */
export function modelFromJSON(json: string | Json): AnyModel {
  const item = (typeof json === "string" ? JSON.parse(json) : json) as SerializedItem;
  const made: unknown = registry.deserialize(item);
  if (made instanceof Model) return made as AnyModel;
  throw new ValueError(`the JSON describes a ${item.class_name}, not a model`);
}

function sequentialFromConfig(config: Json): Sequential {
  const items = (config["layers"] as readonly SerializedItem[]).map((item) => registry.deserialize(item));
  const model = new Sequential(items, { name: config["name"] as string, trainable: (config["trainable"] as boolean | undefined) ?? true });
  const shape = config["build_input_shape"] as readonly (number | null)[] | undefined;
  if (!model.built && shape) model.ensureBuilt([shape]);
  return model;
}

interface Node {
  readonly args: readonly unknown[];
  readonly kwargs: Json;
}

interface LayerEntry extends SerializedItem {
  readonly name: string;
  readonly inbound_nodes: readonly Node[];
}

function functionalFromConfig(config: Json): AnyModel {
  const made = new Map<string, Tensor[][]>();
  const apply = new Map<string, (node: Node, resolve: (value: unknown) => unknown) => Tensor[]>();
  // Calls wait until what they need is there; nodes of one layer keep their order.
  const waiting: { name: string; nodes: Node[] }[] = [];
  for (const entry of config["layers"] as readonly LayerEntry[]) {
    const layer = isKnownOp(entry) ? null : registry.deserialize(entry);
    made.set(entry.name, layer instanceof InputLayer ? [[layer.tensor]] : []);
    apply.set(entry.name, (node, resolve) => (layer ? applyLayer(layer, node, resolve) : applyOp(entry.class_name, node, resolve)));
    if (entry.inbound_nodes.length > 0) waiting.push({ name: entry.name, nodes: [...entry.inbound_nodes] });
  }
  const find = ([name, node, index]: History): Tensor | undefined => made.get(name)?.[node]?.[index];
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    const history = placeOf(value);
    return history ? find(history) : value;
  };
  for (let progress = true; progress; ) {
    progress = false;
    for (const { name, nodes } of waiting) {
      while (nodes[0] && placesIn([nodes[0].args, nodes[0].kwargs]).every(find)) {
        const node = nodes.shift() as Node;
        (made.get(name) as Tensor[][]).push((apply.get(name) as NonNullable<ReturnType<typeof apply.get>>)(node, resolve));
        progress = true;
      }
    }
  }
  const stuck = waiting.find(({ nodes }) => nodes.length > 0);
  if (stuck) throw new ValueError(`model "${String(config["name"])}": layer "${stuck.name}" needs tensors that no layer makes`);
  const unpack = (value: unknown): Structured<Tensor> => {
    if (isHistory(value)) return find(value) as Tensor;
    if (Array.isArray(value)) return value.map((item) => find(item as History) as Tensor);
    return Object.fromEntries(Object.entries(value as Json).map(([key, item]) => [key, find(item as History) as Tensor]));
  };
  return new Model<Structured<Tensor>>({
    inputs: unpack(config["input_layers"]),
    outputs: unpack(config["output_layers"]),
    name: config["name"] as string,
    trainable: (config["trainable"] as boolean | undefined) ?? true,
  });
}

const isHistory = (value: unknown): value is History => Array.isArray(value) && value.length === 3 && typeof value[0] === "string" && typeof value[1] === "number";

/** The place a serialized tensor names; null for anything else. */
function placeOf(value: unknown): History | null {
  const item = value as { class_name?: unknown; config?: { keras_history?: History } } | null;
  return typeof item === "object" && item?.class_name === "__keras_tensor__" ? (item.config?.keras_history ?? null) : null;
}

function placesIn(value: unknown): History[] {
  const own = placeOf(value);
  if (own) return [own];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(placesIn);
}

function applyLayer(layer: AnyLayer, node: Node, resolve: (value: unknown) => unknown): Tensor[] {
  const args = node.args.map(resolve);
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node.kwargs)) {
    // Keras notes the mode of every call; only that of a whole model is a choice of its author.
    if (value === null || value === undefined || (key === "training" && !((layer as unknown) instanceof Model))) continue;
    options[camel(key)] = resolve(value);
  }
  const tensors = args.filter((arg): arg is Tensor => arg instanceof Tensor);
  const result = layer(tensors.length > 1 ? tensors : (args[0] as Tensor | Tensor[]), options);
  return Array.isArray(result) ? result : [result];
}

const isKnownOp = (entry: LayerEntry): boolean => !registry.names().includes(entry.class_name) && opOf(entry.class_name) !== null;

function opOf(className: string): ((...values: unknown[]) => Tensor | Tensor[]) | null {
  const found = (ops as unknown as Record<string, unknown>)[(className[0] ?? "").toLowerCase() + className.slice(1)];
  return typeof found === "function" ? (found as (...values: unknown[]) => Tensor) : null;
}

function applyOp(className: string, node: Node, resolve: (value: unknown) => unknown): Tensor[] {
  const options = Object.fromEntries(Object.entries(node.kwargs).filter(([, value]) => value !== null).map(([key, value]) => [camel(key), resolve(value)]));
  const values = node.args.map(resolve);
  const made = opOf(className)?.(...values, ...(Object.keys(options).length > 0 ? [options] : [])) ?? [];
  return Array.isArray(made) ? made : [made];
}

registry.register({ className: "Functional", aliases: ["Model"], fromConfig: functionalFromConfig as (config: Json) => AnyLayer & AnyModel });
registry.register({ className: "Sequential", fromConfig: (config) => sequentialFromConfig(config) as unknown as AnyLayer });
registry.register({ className: "InputLayer", fromConfig: (config) => InputLayer.fromConfig(config) as unknown as AnyLayer });

