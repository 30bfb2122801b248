// What a model was compiled with, as Keras's `compile_config`, and back.

import type { Loss } from "../../catalog/losses/index.js";
import { losses, metrics } from "../../catalog/namespaces.js";
import { isCustomObject } from "../../graph/customObjects.js";
import { ValueError } from "../../graph/errors.js";
import type { SerializedItem } from "../../graph/registry.js";
import type { Compiled, CompileOptions } from "../compile.js";
import { type Json, kerasIdentifier } from "./kerasForm.js";

/** The optimizer as it is now, and losses and metrics as they were written. */
export function compileConfig(compiled: Compiled): Record<string, unknown> {
  const { options, optimizer } = compiled;
  let output = 0;
  const loss = (value: unknown): unknown => {
    const at = output++;
    if (value !== "crossentropy" && value !== "ce") return kerasIdentifier(value, "losses", "the loss");
    return kerasIdentifier(chosenLoss(compiled, at), "losses", "the loss");
  };
  const metric = (value: unknown): unknown => kerasIdentifier(value, "metrics", "a metric");
  return {
    optimizer: kerasIdentifier(optimizer, "optimizers", "the optimizer"),
    loss: mapped(options.loss ?? null, loss),
    loss_weights: options.lossWeights ?? null,
    metrics: mapped(options.metrics ?? null, metric),
    weighted_metrics: mapped(options.weightedMetrics ?? null, metric),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: "auto",
  };
}

/** What "crossentropy" came to mean when labels came. */
function chosenLoss(compiled: Compiled, output: number): Loss {
  const chosen = compiled.resolved?.losses[output];
  if (chosen) return chosen;
  throw new ValueError('the loss "crossentropy" is only chosen when labels come: until then it can\'t be saved', {
    hint: 'name it ("binary_crossentropy", "sparse_categorical_crossentropy"), or train first',
  });
}

/** One, a list (of lists), or a record by output, with every item replaced. */
function mapped(value: unknown, replace: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, replace));
  const isRecord = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isRecord || "class_name" in (value as object)) return value === null ? null : replace(value);
  return Object.fromEntries(Object.entries(value as Json).map(([name, item]) => [name, mapped(item, replace)]));
}

/** The options of `compile` in Keras's config; null when the model wasn't compiled. */
export function compileOptionsOf(config: unknown): CompileOptions | null {
  if (typeof config !== "object" || config === null || Object.keys(config).length === 0) return null;
  const own = config as Json;
  return {
    optimizer: own["optimizer"] as SerializedItem,
    loss: mapped(own["loss"] ?? null, (item) => read(item, losses)) as NonNullable<CompileOptions["loss"]>,
    lossWeights: lossWeightsOf(own["loss_weights"]),
    metrics: mapped(own["metrics"] ?? null, (item) => read(item, metrics)) as NonNullable<CompileOptions["metrics"]>,
    weightedMetrics: mapped(own["weighted_metrics"] ?? null, (item) => read(item, metrics)) as NonNullable<
      CompileOptions["weightedMetrics"]
    >,
  };
}

/** Keras takes a single number for a single output. */
const lossWeightsOf = (value: unknown): NonNullable<CompileOptions["lossWeights"]> | null =>
  typeof value === "number" ? [value] : ((value as NonNullable<CompileOptions["lossWeights"]>) ?? null);

/** Items are made now, while objects of the user's own are at hand; names mean what they mean to `compile`. */
function read(value: unknown, registry: typeof losses | typeof metrics): unknown {
  const item = value as SerializedItem & { readonly module?: unknown };
  if (typeof value === "string") return isCustomObject(value) ? registry.get(value) : value;
  // Keras's own functions go by their names; a loss may also stand for a metric.
  if (item.class_name === "function" && String(item.module).startsWith("keras")) return String(item.config);
  return item.module === "keras.losses" ? losses.deserialize(item) : registry.deserialize(item);
}
