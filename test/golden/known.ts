// A fixture's model: its JSON, what of it this library can't build yet, and how it is compiled.

import { type CompileOptions, layers, losses, optimizers } from "../../lib/index.js";
import type { GoldenCase } from "./read.js";

type Config = { class_name: string; config: Record<string, unknown> };

/** A model's JSON as an object, however the fixture holds it. */
export const parsed = (json: unknown): Record<string, unknown> =>
  (typeof json === "string" ? JSON.parse(json) : json) as Record<string, unknown>;

/** Class names of layers in a model's JSON that nobody here knows. */
export function unknownClasses(json: unknown): string[] {
  const known = new Set(layers.names());
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const item = value as { module?: unknown; class_name?: unknown };
    const isLayer =
      typeof item.class_name === "string" &&
      (item.module === "keras.layers" || item.module === "keras.src.models.functional");
    if (isLayer && !known.has(item.class_name as string)) found.add(item.class_name as string);
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(json);
  return [...found];
}

function lossOf(item: unknown): never {
  const { class_name, config } = item as Config;
  // Keras drops Huber's delta from its config (compile.loss_note).
  if (class_name === "Huber") return losses.deserialize({ class_name, config: { ...config, delta: 0.5 } }) as never;
  return losses.deserialize({ class_name, config }) as never;
}

/** What the fixture's model is compiled with; every call makes new items. */
export function compileOptionsOf(c: GoldenCase): CompileOptions {
  const spec = c["compile"] as Record<string, unknown>;
  const { optimizer, loss } = spec as { optimizer: Config; loss: unknown };
  const isItem = typeof loss === "object" && loss !== null && "class_name" in loss;
  return {
    optimizer: optimizers.deserialize(optimizer),
    loss: isItem ? lossOf(loss) : (loss as never),
    lossWeights: spec["loss_weights"] as never,
    metrics: spec["metrics"] as never,
    weightedMetrics: spec["weighted_metrics"] as never,
  };
}
