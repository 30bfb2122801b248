// Layers by Keras's class names, made out of Keras's configs.

import type { Layer } from "../../graph/layer.js";
import { Registry, type SerializedItem } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { type Config, optionsOf } from "../config.js";
import { type AnyLayer, CatalogLayer } from "./base/catalogLayer.js";
import * as items from "./index.js";

interface LayerClass {
  new (options: never): AnyLayer;
  readonly name: string;
  readonly settings: readonly string[];
  /** For layers that hold other layers: `read` makes those. */
  fromConfig?(config: Config, read: (item: SerializedItem) => AnyLayer): AnyLayer;
}

const isLayerClass = (item: unknown): item is LayerClass =>
  typeof item === "function" && item.prototype instanceof CatalogLayer;

const fromConfig = (made: LayerClass, config: Config): AnyLayer =>
  made.fromConfig?.(config, (item) => layers.deserialize(item)) ??
  new made(optionsOf(config, ["name", "trainable", ...made.settings]) as never);

/** Finds layers by Keras's class name. */
export const layers: Registry<Layer<Tensor | Tensor[]>> = new Registry<Layer<Tensor | Tensor[]>>(
  "layer",
  (Object.values(items) as unknown[])
    .filter(isLayerClass)
    .map((made) => ({ className: made.name, fromConfig: (config) => fromConfig(made, config) })),
);
