// Models out of Keras's JSON: layers with fresh weights, called as the JSON says. A file is data: nothing in it is run.

import { layers as registry } from "../catalog/layers/registry.js";
import { requireList, ValueError } from "../graph/errors.js";
import { camelOption } from "../graph/names.js";
import type { SerializedItem } from "../graph/registry.js";
import { Tensor } from "../graph/tensor.js";
import { InputLayer } from "./inputLayer.js";
import type { TensorPlace } from "./json.js";
import { readOp } from "./kerasOps.js";
import { Model } from "./model.js";
import { Sequential } from "./sequential.js";
import type { Structured } from "./structure.js";
import type { AnyLayer } from "./topology.js";
import type { AnyModel } from "./training.js";

type Json = Readonly<Record<string, unknown>>;

/**
 * A model from the text of Keras's `to_json` (or the object it stands for): layers and shapes, fresh weights. Raises NameError for a class
 * that nobody knows; `layers.register` makes custom ones known.
 *
 * @example
 * const copy = modelFromJSON(m.toJSON());
 */
export function modelFromJSON<O extends Structured<Tensor> = Tensor>(json: string | Json): Model<O> {
  const item = (typeof json === "string" ? JSON.parse(json) : json) as SerializedItem;
  const made: unknown = registry.deserialize(item);
  if (made instanceof Model) return made as Model<O>;
  throw new ValueError(`the JSON describes a ${item.class_name}, not a model`);
}

const layersOf = <T>(config: Json): T[] =>
  requireList("a model's layers", config["layers"] as readonly T[] | undefined);

function sequentialFromConfig(config: Json): Sequential {
  const items = layersOf<SerializedItem>(config).map((item) => registry.deserialize(item));
  const model = new Sequential(items, {
    name: config["name"] as string,
    trainable: (config["trainable"] as boolean | undefined) ?? true,
  });
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
  for (const entry of layersOf<LayerEntry>(config)) {
    // Keras's ops and layers share names (Multiply): the module tells them apart.
    const op = readOp(entry);
    if (op) {
      made.set(entry.name, []);
      apply.set(entry.name, ({ args, kwargs }, resolve) =>
        op([...args, ...Object.values(kwargs).filter((value) => value !== null)].map(resolve)),
      );
    } else {
      const layer = registry.deserialize(entry);
      made.set(entry.name, layer instanceof InputLayer ? [[layer.tensor]] : []);
      apply.set(entry.name, (node, resolve) => applyLayer(layer, node, resolve));
    }
    if (entry.inbound_nodes.length > 0) waiting.push({ name: entry.name, nodes: [...entry.inbound_nodes] });
  }
  const find = ([name, node, index]: TensorPlace): Tensor | undefined => made.get(name)?.[node]?.[index];
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
        (made.get(name) as Tensor[][]).push(
          (apply.get(name) as NonNullable<ReturnType<typeof apply.get>>)(node, resolve),
        );
        progress = true;
      }
    }
  }
  const stuck = waiting.find(({ nodes }) => nodes.length > 0);
  if (stuck)
    throw new ValueError(`model "${String(config["name"])}": layer "${stuck.name}" needs tensors that no layer makes`);
  const unpack = (value: unknown): Structured<Tensor> => {
    if (isPlace(value)) return find(value) as Tensor;
    if (Array.isArray(value)) return value.map((item) => find(item as TensorPlace) as Tensor);
    return Object.fromEntries(
      Object.entries(value as Json).map(([key, item]) => [key, find(item as TensorPlace) as Tensor]),
    );
  };
  return new Model<Structured<Tensor>>({
    inputs: unpack(config["input_layers"]),
    outputs: unpack(config["output_layers"]),
    name: config["name"] as string,
    trainable: (config["trainable"] as boolean | undefined) ?? true,
  });
}

const isPlace = (value: unknown): value is TensorPlace =>
  Array.isArray(value) && value.length === 3 && typeof value[0] === "string" && typeof value[1] === "number";

/** The place a serialized tensor names; null for anything else. */
function placeOf(value: unknown): TensorPlace | null {
  const item = value as { class_name?: unknown; config?: { keras_history?: TensorPlace } } | null;
  return typeof item === "object" && item?.class_name === "__keras_tensor__"
    ? (item.config?.keras_history ?? null)
    : null;
}

function placesIn(value: unknown): TensorPlace[] {
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
    if (value === null || value === undefined || (key === "training" && !((layer as unknown) instanceof Model)))
      continue;
    if (!layer.argumentNames?.includes(key)) options[camelOption(key)] = resolve(value);
  }
  const named = layer.argumentNames?.slice(args.length).map((name) => resolve(node.kwargs[name])) ?? [];
  const tensors = [...args, ...named].filter((arg): arg is Tensor => arg instanceof Tensor);
  const result = layer(tensors.length > 1 ? tensors : (args[0] as Tensor | Tensor[]), options);
  return Array.isArray(result) ? result : [result];
}

registry.register({
  className: "Functional",
  aliases: ["Model"],
  fromConfig: functionalFromConfig as (config: Json) => AnyLayer & AnyModel,
});
registry.register({
  className: "Sequential",
  fromConfig: (config) => sequentialFromConfig(config) as unknown as AnyLayer,
});
registry.register({
  className: "InputLayer",
  fromConfig: (config) => InputLayer.fromConfig(config) as unknown as AnyLayer,
});
