// TimeDistributed: one layer for every step.

import { ShapeError, ValueError } from "../../graph/errors.js";
import { invoke } from "../../graph/infer.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { type SerializedItem, serialize } from "../../graph/registry.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Config } from "../config.js";
import { reshape } from "../ops/index.js";
import { type AnyLayer, CatalogLayer } from "./base/catalogLayer.js";
import { maskOfSteps } from "./base/recurrentInputs.js";

/** See `timeDistributed`. */
export class TimeDistributed extends CatalogLayer {
  override readonly masking = "uses" as const;
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
    const [batch, steps, ...rest] = x.shape as readonly [number, number, ...number[]];
    // A mask of more than steps also says something to the layer inside.
    const finer = x.mask && x.mask.rank > 2 && this.layer.masking !== "refuses" ? x.mask : undefined;
    const flat = reshape(x, [batch * steps, ...rest]).withMask(
      finer && reshape(finer, [batch * steps, ...(finer.shape.slice(2) as number[])]),
    );
    const { outputs } = invoke(this.layer, flat, { ...mode, options: {} });
    const [made] = outputs as [Tensor];
    if (outputs.length > 1)
      throw new ValueError(
        `${this.describe()} expects a layer with one output, ${this.layer.describe()} has ${outputs.length}`,
      );
    const whole = reshape(made, [batch, steps, ...(made.shape.slice(1) as number[])]);
    return whole.withMask(maskOfSteps(this, x.mask, [batch, steps]));
  }

  static fromConfig(config: Config, read: (item: SerializedItem) => AnyLayer): AnyLayer {
    return new TimeDistributed({
      name: config["name"] as string | undefined,
      trainable: config["trainable"] as boolean | undefined,
      layer: read(config["layer"] as SerializedItem),
    }) as AnyLayer;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), layer: serialize(this.layer) };
  }
}

/**
 * Applies a layer to every step: [batch, steps, …] → [batch, steps, …']. The layer inside has one set of weights; it sees the steps as
 * samples. A mask of the steps is carried on; what a mask says beyond that (words of sentences) goes to the layer inside. Raises
 * ShapeError for inputs without steps, ValueError for a layer of several outputs.
 * Source: https://keras.io/api/layers/recurrent_layers/time_distributed/
 *
 * @example
 * const y = timeDistributed(dense(8))(input([10, 16])); // [null, 10, 8]
 */
export const timeDistributed = (layer: AnyLayer, options: LayerOptions = {}): TimeDistributed =>
  new TimeDistributed({ ...options, layer });
