// Keras 2's configs, which TensorFlow.js and older files have: Keras 3's, with inputs, calls and items said in another way. Both ways.

import { ValueError } from "../../graph/errors.js";
import type { Json } from "./kerasForm.js";
import { tfjsConfig } from "./tfjsWords.js";

interface Entry {
  readonly class_name: string;
  readonly name?: string;
  readonly config: Json;
  readonly inbound_nodes?: readonly unknown[];
}

type Place = readonly [name: string, node: number, tensor: number];

const isModel = (entry: Pick<Entry, "class_name">): boolean =>
  ["Functional", "Model", "Sequential"].includes(entry.class_name);

const layersOf = (config: Json): readonly Entry[] =>
  Array.isArray(config["layers"]) ? (config["layers"] as readonly Entry[]) : [];

/** A model of Keras 3 in Keras 2's words. Raises ValueError for what has none there. */
export function toKerasTwo(entry: Entry): Json {
  const { class_name, config } = entry;
  if (class_name === "InputLayer") {
    const { batch_shape, dtype, name } = config;
    return { class_name, config: { batch_input_shape: batch_shape, dtype, sparse: false, name } };
  }
  if (!isModel(entry)) return { class_name, config: tfjsConfig(class_name, plainConfig(class_name, config)) };
  if (class_name === "Sequential")
    return { class_name, config: { ...config, layers: layersOf(config).map(toKerasTwo) } };
  const nested = new Set(
    layersOf(config)
      .filter(isModel)
      .map(({ name }) => name),
  );
  // A model's first node is its own, before anyone calls it.
  const placed = ([name, node, tensor]: Place): Place => [name, nested.has(name) ? node + 1 : node, tensor];
  const layers = layersOf(config).map((layer) => {
    if (String((layer as { module?: unknown }).module).startsWith("keras.src.ops"))
      throw new ValueError(`the model uses ${layer.class_name} by itself, which only Keras 3 has a word for`, {
        hint: "use a layer (add, multiply, …) in its place",
      });
    const nodes = (layer.inbound_nodes ?? []) as readonly {
      readonly args: readonly unknown[];
      readonly kwargs: Json;
    }[];
    return {
      ...toKerasTwo(layer),
      name: layer.name,
      inbound_nodes: nodes.map(({ args, kwargs }) => {
        const extra = Object.keys(kwargs).filter((key) => kwargs[key] !== null);
        if (extra.length > 0)
          throw new ValueError(`"${layer.name}" is called with ${extra.join(", ")}: Keras 2's files can't say that`);
        return placesIn(args).map((place) => [...placed(place), {}]);
      }),
    };
  });
  const list = (value: unknown): Place[] =>
    (isPlace(value) ? [value] : (Object.values(value as object) as Place[])).map(placed);
  return {
    class_name: "Functional",
    config: {
      name: config["name"],
      trainable: config["trainable"],
      layers,
      input_layers: list(config["input_layers"]),
      output_layers: list(config["output_layers"]),
    },
  };
}

/** A layer's settings with the items inside of them by class and config only. */
function plainConfig(className: string, config: Json): Json {
  // Keras 2 puts the directions in front of the name, and makes the layer that walks backwards, by itself.
  const isBoth = className === "Bidirectional";
  const entries = Object.entries(config).filter(([key]) => !(isBoth && key === "backward_layer"));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (typeof value !== "object" || value === null || !("class_name" in value)) return [key, value];
      const item = value as Entry;
      if (/activation$/.test(key))
        throw new ValueError(`an activation with settings (${item.class_name}): Keras 2's files can't say that`);
      if (key === "layer") {
        const name = String(item.config["name"]).replace(isBoth ? /^forward_/ : /^$/, "");
        return [key, toKerasTwo({ ...item, config: { ...item.config, name } })];
      }
      return [key, { class_name: item.class_name.replace(/Initializer$/, ""), config: item.config }];
    }),
  );
}

/** A model of Keras 2 in Keras 3's words, as `modelFromJSON` reads them. What is in Keras 3's words already stays. */
export function fromKerasTwo(entry: Entry): Entry {
  const { class_name, config } = entry;
  if (!isModel(entry) || typeof config !== "object" || config === null)
    return { ...entry, config: withDefaults(entry) };
  const layers = layersOf(config);
  const nested = new Set(layers.filter(isModel).map(({ name }) => name));
  const old = layers.some(({ inbound_nodes: nodes }) => Array.isArray(nodes?.[0]));
  const placed = (place: Place): Place => [place[0], old && nested.has(place[0]) ? place[1] - 1 : place[1], place[2]];
  const list = (value: unknown): unknown =>
    Array.isArray(value) && !isPlace(value) ? value.map((item) => placed(item as Place)) : value;
  const own = layers.map((layer) => ({
    ...fromKerasTwo(layer),
    ...(layer.inbound_nodes ? { inbound_nodes: layer.inbound_nodes.map((node) => nodeOf(node, placed)) } : {}),
  }));
  const places = old
    ? { input_layers: list(config["input_layers"]), output_layers: list(config["output_layers"]) }
    : {};
  return { ...entry, class_name, config: { ...config, layers: own, ...places } };
}

/** One call: places, the first of which may bring arguments. */
function nodeOf(node: unknown, placed: (place: Place) => Place): unknown {
  if (!Array.isArray(node)) return node;
  const tensors = node.map((item: readonly unknown[]) => {
    const [name, index, tensor] = placed(item as unknown as Place);
    return { class_name: "__keras_tensor__", config: { keras_history: [name, index, tensor] } };
  });
  const [, , , kwargs = {}] = (node[0] ?? []) as readonly unknown[];
  return { args: [tensors.length === 1 ? tensors[0] : tensors], kwargs };
}

/** What a setting meant before it had a name. */
function withDefaults({ class_name, config }: Entry): Json {
  const inner = config?.["layer"] as Entry | undefined;
  const own = inner && typeof inner === "object" ? { ...config, layer: fromKerasTwo(inner) } : config;
  return class_name === "GRU" && own["reset_after"] === undefined ? { ...own, reset_after: false } : own;
}

const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const history = (value as { config?: { keras_history?: Place } }).config?.keras_history;
  return history ? [history] : Object.values(value).flatMap(placesIn);
}
