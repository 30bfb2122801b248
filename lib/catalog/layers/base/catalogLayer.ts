// What the catalog's layers share: options and Keras's configs are the same settings under two spellings.

import { Layer } from "../../../graph/layer.js";
import type { Mode } from "../../../graph/mode.js";
import { serialize } from "../../../graph/registry.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { WeightFunction } from "../../../graph/weight.js";
import { configOf } from "../../config.js";
import { divide } from "../../ops/index.js";

/** Any layer, whatever it gives. */
export type AnyLayer = Layer<Tensor | Tensor[]>;

/** A layer whose class lists Keras's names of its settings in `settings`; each is a field in our spelling. */
export abstract class CatalogLayer<Out extends Tensor | Tensor[] = Tensor> extends Layer<Out> {
  static readonly settings: readonly string[] = [];
  /** What outputs add to the loss, by sample; null for nothing. */
  readonly activityRegularizer: WeightFunction | null = null;

  override afterCall(outputs: readonly Tensor[], mode: Mode): void {
    if (!this.activityRegularizer) return;
    for (const output of outputs) {
      const penalty = this.activityRegularizer(output);
      mode.addLoss(output.rank > 0 ? divide(penalty, output.shape[0] as number) : penalty);
    }
  }

  override getConfig(): Record<string, unknown> {
    const { settings } = this.constructor as unknown as { settings: readonly string[] };
    const own = configOf(this, settings);
    return {
      ...super.getConfig(),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, written(value)])),
    };
  }
}

interface Item {
  readonly className?: string;
  readonly name?: string;
  apply?: unknown;
  getConfig(): Record<string, unknown>;
}

/** A setting as Keras writes it: items become names or `{ class_name, config }`. */
function written(value: unknown): unknown {
  if (value === null || value === undefined || (typeof value !== "object" && typeof value !== "function"))
    return value ?? null;
  const item = value as Item;
  if (typeof item.getConfig !== "function") return value;
  if (typeof item.className === "string") return serialize(item as Item & { className: string });
  const config = item.getConfig();
  return Object.keys(config).length === 0 ? item.name : { class_name: item.name, config };
}
