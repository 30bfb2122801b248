// TimeDistributed: one layer for every step.

import { ShapeError } from "../../graph/errors.js";
import { invoke } from "../../graph/infer.js";
import type { Layer, LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import type { ItemClass, SerializedItem } from "../../graph/registry.js";
import { serialize } from "../../graph/registry.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { reshape } from "../ops/index.js";
import { CatalogLayer } from "./base.js";

type AnyLayer = Layer<Tensor | Tensor[]>;

/** See `timeDistributed`. */
export class TimeDistributed extends CatalogLayer {
  override readonly masking = "keeps" as const;
  readonly layer: AnyLayer;

  constructor(options: LayerOptions & { readonly layer: AnyLayer }) {
    super(options);
    this.layer = options.layer;
  }

  override get sublayers(): readonly AnyLayer[] {
    return [this.layer];
  }

  override check([shape]: readonly Shape[]): void {
    if ((shape as Shape).length < 3)
      throw new ShapeError(`${this.describe()} expects [batch, steps, …], received ${showShape(shape as Shape)}`);
    this.layer.check([[null, ...(shape as Shape).slice(2)]]);
  }

  override build([shape]: readonly Shape[]): void {
    this.layer.ensureBuilt([[null, ...(shape as Shape).slice(2)]]);
    for (const weight of this.layer.weights) weight.path = `${this.name}/${weight.path}`;
  }

  // Steps become samples: every layer treats samples alike.
  override call(x: Tensor, mode: Mode): Tensor {
    const [batch, steps, ...rest] = x.shape as readonly number[];
    const flat = reshape(x, [(batch as number) * (steps as number), ...rest]);
    const [made] = invoke(this.layer, flat, { ...mode, options: {} }).outputs as [Tensor];
    return reshape(made, [batch as number, steps as number, ...(made.shape.slice(1) as number[])]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), layer: serialize(this.layer) };
  }
}

/**
 * Applies a layer to every step: [batch, steps, …] → [batch, steps, …']. Source: https://keras.io/api/layers/recurrent_layers/time_distributed/
 *
 * @example
 * const y = timeDistributed(dense(8))(input([10, 16])); // [null, 10, 8]
 */
export const timeDistributed = (layer: AnyLayer, options: LayerOptions = {}): TimeDistributed =>
  new TimeDistributed({ ...options, layer });

/** For the registry; `read` reads the layer inside. */
export const timeDistributedItem = (read: (config: SerializedItem) => AnyLayer): ItemClass<AnyLayer> => ({
  className: "TimeDistributed",
  fromConfig: (config) =>
    new TimeDistributed({
      name: config["name"] as string | undefined,
      trainable: config["trainable"] as boolean | undefined,
      layer: read(config["layer"] as SerializedItem),
    }) as AnyLayer,
});
