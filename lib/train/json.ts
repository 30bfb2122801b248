// Models as Keras's functional JSON.

import { ValueError } from "../graph/errors.js";
import type { LayerCallAttrs } from "../graph/layer.js";
import { serialize } from "../graph/registry.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import type { Model } from "./model.js";
import type { Sequential } from "./sequential.js";
import type { Structured } from "./structure.js";
import type { AnyLayer } from "./topology.js";

type AnyModel = Model<Structured<Tensor>>;
type Json = Readonly<Record<string, unknown>>;

interface Inbound {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** A model's config in Keras's form. */
export function toConfig(model: AnyModel): Record<string, unknown> {
  if (model.className === "Sequential") {
    const { inputLayer } = model as unknown as Sequential;
    const items = [...(inputLayer ? [inputLayer as unknown as AnyLayer] : []), ...model.layers];
    return { name: model.name, trainable: model.trainable, layers: items.map((layer) => serialize(layer)) };
  }
  // Keras numbers a layer's calls within the model.
  const numbers = new Map<unknown, number>();
  for (const { nodes } of model.operations) nodes.forEach((call, i) => numbers.set(call, i));
  const nameOf = new Map<unknown, string>();
  for (const { nodes, name } of model.operations) for (const call of nodes) nameOf.set(call, name);
  const history = (tensor: Tensor): [string, number, number] => [nameOf.get(originalOf(tensor).call) as string, numbers.get(originalOf(tensor).call) as number, tensor.index];
  const reference = (tensor: Tensor): Json => ({ class_name: "__keras_tensor__", config: { shape: tensor.shape, dtype: tensor.dtype, keras_history: history(tensor) } });
  const written = model.operations.map(({ name, layer, nodes }) => {
    if (!layer) throw new ValueError(`${model.describe()}: op "${name}" outside of a layer can't be written to JSON`, { hint: "put it into a layer: class X extends Layer" });
    const inbound = nodes.flatMap((call): Inbound[] => {
      if (!call.layer) return [];
      const { single, options, count } = call.attrs as LayerCallAttrs;
      const list = call.inputs.slice(0, count).map(reference);
      const kwargs = Object.fromEntries(Object.entries(options).map(([key, value]) => [snake(key), mapReferences(value, reference)]));
      return [{ args: [single ? list[0] : list], kwargs }];
    });
    return { ...serialize(layer), name, inbound_nodes: inbound };
  });
  const ends = (tensors: readonly Tensor[]): unknown => (tensors.length === 1 ? history(tensors[0] as Tensor) : tensors.map(history));
  return { name: model.name, trainable: model.trainable, layers: written, input_layers: ends(model.inputs), output_layers: ends(model.outputs) };
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const mapReferences = (value: unknown, reference: (tensor: Tensor) => unknown): unknown =>
  Array.isArray(value) ? value.map((item) => mapReferences(item, reference)) : isTensor(value) ? reference(value) : value;
const isTensor = (value: unknown): value is Tensor => typeof value === "object" && value !== null && "call" in value && "dtype" in value;

/** A model's architecture as text. */
export const toJSON = (model: AnyModel): string => JSON.stringify({ class_name: model.className, config: toConfig(model) });
