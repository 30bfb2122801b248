// Models out of Keras's functional JSON.

import { layers } from "../catalog/layers/index.js";
import { ValueError } from "../graph/errors.js";
import type { SerializedItem } from "../graph/registry.js";
import type { Tensor } from "../graph/tensor.js";
import { InputLayer } from "./inputLayer.js";
import { Model } from "./model.js";
import { Sequential, type SequentialItem } from "./sequential.js";
import type { Structured } from "./structure.js";
import type { AnyLayer } from "./topology.js";

type AnyModel = Model<Structured<Tensor>>;

interface Inbound {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * A model from Keras's `to_json` text (or `model.toJSON()`), with fresh weights. A file is data: nothing in it is run.
 * Raises NameError for a layer that isn't known, ValueError for what isn't a model.
 */
export function modelFromJSON(text: string): AnyModel {
  return modelFrom(JSON.parse(text) as SerializedItem);
}

/** A model or a layer from its serialized form. */
function read(item: SerializedItem): AnyLayer {
  if (item.class_name === "Functional" || item.class_name === "Model" || item.class_name === "Sequential") return modelFrom(item) as unknown as AnyLayer;
  if (item.class_name === "InputLayer") return InputLayer.fromConfig(item.config) as AnyLayer;
  return layers.deserialize(item);
}

export function modelFrom(item: SerializedItem): AnyModel {
  const { config } = item;
  const options = { name: config["name"] as string, trainable: (config["trainable"] as boolean | undefined) ?? true };
  if (item.class_name === "Sequential") {
    return new Sequential((config["layers"] as SerializedItem[]).map((own) => read(own)) as SequentialItem[], options) as unknown as AnyModel;
  }
  if (!Array.isArray(config["layers"])) throw new ValueError(`${item.class_name} isn't a functional model`);
  const specs = config["layers"] as (SerializedItem & { readonly name: string; readonly inbound_nodes: readonly Inbound[] })[];
  const made = new Map<string, AnyLayer>();
  /** Tensors by layer name and call number. */
  const results = new Map<string, readonly Tensor[]>();
  const waiting: { spec: (typeof specs)[number]; index: number }[] = [];
  for (const spec of specs) {
    const layer = read({ class_name: spec.class_name, config: { ...spec.config, name: spec.config["name"] ?? spec.name } });
    made.set(spec.name, layer);
    if (layer instanceof InputLayer) results.set(`${spec.name}:0`, [layer.tensor]);
    else spec.inbound_nodes.forEach((_, index) => waiting.push({ spec, index }));
  }
  const find = ([name, node, output]: readonly [string, number, number]): Tensor | undefined => results.get(`${name}:${node}`)?.[output];
  // A layer may be listed before what feeds one of its later calls: go round until all are made.
  while (waiting.length > 0) {
    const before = waiting.length;
    for (const own of waiting.splice(0)) {
      const { args, kwargs } = own.spec.inbound_nodes[own.index] as Inbound;
      const missing = { any: false };
      const values = resolve(args, find, missing) as unknown[];
      const named = Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [camel(key), resolve(value, find, missing)]));
      if (missing.any || (own.index > 0 && !results.has(`${own.spec.name}:${own.index - 1}`))) {
        waiting.push(own);
        continue;
      }
      const layer = made.get(own.spec.name) as AnyLayer;
      const inputs = values.length === 1 ? values[0] : values;
      const output = layer(inputs as Tensor, Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null && value !== undefined)));
      results.set(`${own.spec.name}:${own.index}`, Array.isArray(output) ? output : [output]);
    }
    if (waiting.length === before) throw new ValueError(`model "${options.name}": its layers feed each other in a circle, or one is missing`, { notes: waiting.map(({ spec }) => spec.name) });
  }
  const ends = (value: unknown): Tensor | Tensor[] => {
    const list = value as readonly unknown[];
    if (typeof list[0] === "string") return find(list as unknown as readonly [string, number, number]) as Tensor;
    return (list as readonly (readonly [string, number, number])[]).map((own) => find(own) as Tensor);
  };
  return new Model<Structured<Tensor>>({ ...options, inputs: ends(config["input_layers"]), outputs: ends(config["output_layers"]) });
}

/** Arguments with references replaced by tensors. */
function resolve(value: unknown, find: (history: readonly [string, number, number]) => Tensor | undefined, missing: { any: boolean }): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, find, missing));
  if (typeof value !== "object" || value === null) return value;
  const item = value as { class_name?: unknown; config?: { keras_history?: readonly [string, number, number] } };
  if (item.class_name !== "__keras_tensor__") return value;
  const tensor = find(item.config?.keras_history as readonly [string, number, number]);
  if (!tensor) missing.any = true;
  return tensor;
}
