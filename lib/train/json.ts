// Models as Keras's JSON: layers with their configs, and for each of their calls where its inputs come from.

import type { LayerCallAttrs } from "../graph/callOptions.js";
import { WeftError } from "../graph/errors.js";
import { snakeCase } from "../graph/names.js";
import { type Call, Tensor } from "../graph/tensor.js";
import { InputLayer } from "./inputLayer.js";
import { writeOp } from "./kerasOps.js";
import { kerasConfig, kerasText, layerHead } from "./save/kerasForm.js";
import type { AnyLayer, Operation, Topology } from "./topology.js";
import type { AnyModel } from "./training.js";

type Json = Readonly<Record<string, unknown>>;

/** Where a tensor comes from: layer, which of its calls, which output. */
export type TensorPlace = readonly [name: string, node: number, tensor: number];

/** Keras's config of a functional or sequential model. */
export function toConfig(model: AnyModel): Record<string, unknown> {
  const common = { name: model.name, trainable: model.trainable };
  if (model.className === "Sequential") {
    const first = (model as unknown as { readonly inputLayer?: InputLayer }).inputLayer;
    const items = [...(first ? [first as unknown as AnyLayer] : []), ...model.layers].map((layer) => itemOf(layer));
    return {
      ...common,
      dtype: model.dtype,
      layers: items,
      ...(first ? { build_input_shape: [...first.tensor.shape] } : {}),
    };
  }
  const { topology, inputForm, outputForm } = model.recorded;
  const place = (tensor: Tensor): TensorPlace => historyOf(tensor, topology);
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
  return kerasText(itemOf(model as unknown as AnyLayer));
}

/** A layer or model as Keras writes it. */
export function itemOf(layer: AnyLayer): Record<string, unknown> {
  const first = (layer as unknown) instanceof InputLayer ? undefined : layer.calls[0]?.[0]?.call;
  const shapes = first?.layer
    ? first.inputs.slice(0, (first.attrs as LayerCallAttrs).count).map((tensor) => [...tensor.shape])
    : null;
  const build = shapes && layer.weights.length > 0 ? { build_config: buildConfig(layer, shapes) } : {};
  const isModel = layer.className === "Functional" || layer.className === "Sequential";
  const config = isModel ? layer.getConfig() : kerasConfig(layer.getConfig());
  return { ...layerHead(layer.className), config, ...build };
}

/** What Keras builds the layer with. */
function buildConfig({ argumentNames }: AnyLayer, shapes: readonly unknown[]): Json {
  if (!argumentNames) return { input_shape: shapes.length === 1 ? shapes[0] : shapes };
  return { shapes_dict: Object.fromEntries(shapes.map((shape, i) => [`${argumentNames[i]}_shape`, shape])) };
}

function historyOf(tensor: Tensor, topology: Topology): TensorPlace {
  const operation = topology.operationOf.get(tensor.call);
  if (!operation) throw new WeftError(`${tensor} isn't part of the model`);
  return [operation.name, operation.nodes.indexOf(tensor.call), tensor.index];
}

function operationToJSON(operation: Operation, topology: Topology): Record<string, unknown> {
  const { layer, name } = operation;
  if (!layer) {
    const { item, args } = writeOp(operation.nodes[0] as Call, name, (value) => argumentToJSON(value, topology));
    return { ...item, name, inbound_nodes: [{ args, kwargs: {} }] };
  }
  const calls = operation.nodes.filter((call) => !(layer instanceof InputLayer) && !call.source);
  return { ...itemOf(layer), name, inbound_nodes: calls.map((call) => callToJSON(call, layer, topology)) };
}

function argumentToJSON(value: unknown, topology: Topology): unknown {
  if (Array.isArray(value)) return value.map((item) => argumentToJSON(item, topology));
  if (!(value instanceof Tensor)) return value;
  const { source } = value.call;
  if (source?.kind === "constant" && value.rank === 0) return source.value.data[0];
  const config = { shape: [...value.shape], dtype: value.dtype, keras_history: historyOf(value, topology) };
  return { class_name: "__keras_tensor__", config };
}

function callToJSON(call: Call, { argumentNames }: AnyLayer, topology: Topology): Record<string, unknown> {
  const write = (value: unknown): unknown => argumentToJSON(value, topology);
  const { single, options, count } = call.attrs as LayerCallAttrs;
  const inputs = call.inputs.slice(0, count);
  const kwargs = Object.entries(options).map(([key, value]) => [snakeCase(key), write(value)]);
  const args = argumentNames ? inputs.map(write) : [write(single ? inputs[0] : inputs)];
  return { args, kwargs: Object.fromEntries(kwargs) };
}
