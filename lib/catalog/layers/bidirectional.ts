// Bidirectional: a recurrent layer and its twin that walks the other way.

import { ValueError } from "../../graph/errors.js";
import { invoke } from "../../graph/infer.js";
import type { Layer, LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { type ItemClass, type SerializedItem, serialize } from "../../graph/registry.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, concatenate, divide, flip, multiply } from "../ops/index.js";
import { CatalogLayer } from "./base.js";
import { Recurrent } from "./recurrent.js";

type AnyLayer = Layer<Tensor | Tensor[]>;
type AnyRecurrent = Recurrent<Tensor | Tensor[]>;
type MergeMode = "concat" | "sum" | "mul" | "ave" | null;

/** Options of `bidirectional`. */
export interface BidirectionalOptions extends LayerOptions {
  /** How the two outputs are put together; null gives both. Default "concat". */
  readonly mergeMode?: MergeMode | undefined;
  /** The layer that walks backwards; by default a copy of the other. */
  readonly backwardLayer?: AnyLayer | null | undefined;
}

/** See `bidirectional`. */
export class Bidirectional<Out extends Tensor | Tensor[] = Tensor> extends CatalogLayer<Out> {
  override readonly masking = "uses" as const;
  readonly mergeMode: MergeMode;
  readonly forwardLayer: AnyRecurrent;
  readonly backwardLayer: AnyRecurrent;

  constructor(options: BidirectionalOptions & { readonly layer: AnyLayer }) {
    super(options);
    this.mergeMode = options.mergeMode === undefined ? "concat" : options.mergeMode;
    if (!(options.layer instanceof Recurrent))
      throw new ValueError(`${this.describe()} expects a recurrent layer, received ${String(options.layer)}`);
    const forward = options.layer as AnyRecurrent;
    const copy = (from: AnyRecurrent, name: string, goBackwards: boolean): AnyRecurrent => {
      const { settings } = from.constructor as unknown as { settings: readonly string[] };
      const fields = Object.fromEntries(
        settings
          .map((key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
          .map((key) => [key, (from as unknown as Record<string, unknown>)[key]]),
      );
      return new (from.constructor as new (own: unknown) => AnyRecurrent)({ ...fields, name, goBackwards });
    };
    this.forwardLayer = copy(forward, `forward_${forward.name.replace(/^forward_/, "")}`, forward.goBackwards);
    const given = options.backwardLayer as AnyRecurrent | null | undefined;
    this.backwardLayer =
      given ?? copy(forward, `backward_${forward.name.replace(/^forward_/, "")}`, !forward.goBackwards);
    if (this.backwardLayer.goBackwards === this.forwardLayer.goBackwards)
      throw new ValueError(`${this.describe()}: the two layers must walk in opposite directions (goBackwards)`);
  }

  override get sublayers(): readonly AnyLayer[] {
    return [this.forwardLayer, this.backwardLayer];
  }

  override check(shapes: readonly Shape[]): void {
    this.forwardLayer.check(shapes);
  }

  override build(shapes: readonly Shape[]): void {
    for (const layer of [this.forwardLayer, this.backwardLayer]) {
      layer.ensureBuilt(shapes);
      for (const weight of layer.weights) weight.path = `${this.name}/${weight.path}`;
    }
  }

  override call(x: Tensor, mode: Mode): Tensor | Tensor[] {
    const { mask, initialState, ...rest } = mode.options as { mask?: Tensor; initialState?: readonly Tensor[] };
    const own = (part: readonly Tensor[] | undefined): Mode => ({
      ...mode,
      options: { ...rest, ...(mask ? { mask } : {}), ...(part ? { initialState: part } : {}) },
    });
    const half = initialState ? initialState.length / 2 : 0;
    const ahead = invoke(this.forwardLayer, x, own(initialState?.slice(0, half))).outputs;
    const back = invoke(this.backwardLayer, x, own(initialState?.slice(half))).outputs;
    const [first] = ahead as [Tensor];
    let [second] = back as [Tensor];
    if (this.forwardLayer.returnSequences) second = flip(second, 1);
    const states = this.forwardLayer.returnState ? [...ahead.slice(1), ...back.slice(1)] : [];
    const outputs = this.merge(first.withMask(undefined), second.withMask(undefined)).map((output) =>
      output.withMask(first.mask),
    );
    return states.length === 0 && outputs.length === 1 ? (outputs[0] as Tensor) : [...outputs, ...states];
  }

  private merge(a: Tensor, b: Tensor): Tensor[] {
    switch (this.mergeMode) {
      case "concat":
        return [concatenate([a, b])];
      case "sum":
        return [add(a, b)];
      case "mul":
        return [multiply(a, b)];
      case "ave":
        return [divide(add(a, b), 2)];
      case null:
        return [a, b];
      default:
        throw new ValueError(
          `${this.describe()}: mergeMode must be "concat", "sum", "mul", "ave" or null, received ${JSON.stringify(this.mergeMode)}`,
        );
    }
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      merge_mode: this.mergeMode,
      layer: serialize(this.forwardLayer),
      backward_layer: serialize(this.backwardLayer),
    };
  }
}

/**
 * Walks a recurrent layer both ways and puts the results together. The layer given is a model for the two that are made.
 * Source: https://keras.io/api/layers/recurrent_layers/bidirectional/
 *
 * @example
 * const y = bidirectional(lstm(16))(input([10, 8])); // [null, 32]
 */
export const bidirectional = (layer: AnyLayer, options: BidirectionalOptions = {}): Bidirectional =>
  new Bidirectional({ ...options, layer });

/** For the registry; `read` reads the layers inside. */
export const bidirectionalItem = (read: (config: SerializedItem) => AnyLayer): ItemClass<AnyLayer> => ({
  className: "Bidirectional",
  fromConfig: (config) =>
    new Bidirectional({
      name: config["name"] as string | undefined,
      trainable: config["trainable"] as boolean | undefined,
      mergeMode: config["merge_mode"] as MergeMode,
      layer: read(config["layer"] as SerializedItem),
      backwardLayer: config["backward_layer"] ? read(config["backward_layer"] as SerializedItem) : null,
    }) as unknown as AnyLayer,
});
