// Bidirectional: a recurrent layer and its twin that walks the other way.

import { ValueError } from "../../graph/errors.js";
import { invoke } from "../../graph/infer.js";
import type { Layer, LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { type SerializedItem, serialize } from "../../graph/registry.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { type Config, camelOption } from "../config.js";
import { add, concatenate, divide, flip, multiply } from "../ops/index.js";
import { type AnyLayer, CatalogLayer } from "./base/catalogLayer.js";
import { Recurrent } from "./base/recurrent.js";

type AnyRecurrent = Recurrent<Tensor | Tensor[]>;
/** How `bidirectional` puts the two outputs together; null gives both. */
export type MergeMode = "concat" | "sum" | "mul" | "ave" | null;

const mergeModes: readonly MergeMode[] = ["concat", "sum", "mul", "ave", null];

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
    if (!mergeModes.includes(this.mergeMode))
      throw new ValueError(
        `${this.describe()}: mergeMode must be "concat", "sum", "mul", "ave" or null, received ${JSON.stringify(this.mergeMode)}`,
      );
    const forward = this.requireRecurrent(options.layer);
    const bare = forward.name.replace(/^(forward|backward)_/, "");
    this.forwardLayer = copyOf(forward, `forward_${bare}`, forward.goBackwards);
    this.backwardLayer = options.backwardLayer
      ? this.requireRecurrent(options.backwardLayer)
      : copyOf(forward, `backward_${bare}`, !forward.goBackwards);
    this.requirePair();
    // The output before a masked step isn't the same in both directions: Keras gives zeros there, whatever the layers say.
    for (const layer of [this.forwardLayer, this.backwardLayer]) layer.zeroOutputForMask = layer.returnSequences;
  }

  private requireRecurrent(layer: AnyLayer): AnyRecurrent {
    if (layer instanceof Recurrent) return layer as AnyRecurrent;
    throw new ValueError(`${this.describe()} expects a recurrent layer, received ${String(layer)}`, {
      hint: "pass lstm(…), gru(…) or simpleRNN(…) itself, not its output",
    });
  }

  /** The outputs of the two must fit together. */
  private requirePair(): void {
    const { forwardLayer, backwardLayer } = this;
    if (backwardLayer.goBackwards === forwardLayer.goBackwards)
      throw new ValueError(`${this.describe()}: the two layers must walk in opposite directions (goBackwards)`);
    for (const setting of ["returnSequences", "returnState", "stateful"] as const) {
      if (forwardLayer[setting] === backwardLayer[setting]) continue;
      throw new ValueError(
        `${this.describe()}: ${setting} must be the same for both layers, received ${forwardLayer[setting]} and ${backwardLayer[setting]}`,
      );
    }
  }

  override get sublayers(): readonly AnyLayer[] {
    return [this.forwardLayer, this.backwardLayer];
  }

  override check(shapes: readonly Shape[]): void {
    for (const layer of [this.forwardLayer, this.backwardLayer]) layer.check(shapes);
  }

  override build(shapes: readonly Shape[]): void {
    for (const layer of [this.forwardLayer, this.backwardLayer]) {
      layer.ensureBuilt(shapes);
      for (const weight of layer.weights) weight.path = `${this.name}/${weight.path}`;
    }
  }

  override call(x: Tensor, mode: Mode): Tensor | Tensor[] {
    const { mask, initialState, ...rest } = mode.options as { mask?: Tensor; initialState?: readonly Tensor[] };
    if (initialState && (!Array.isArray(initialState) || initialState.length % 2 !== 0))
      throw new ValueError(
        `${this.describe()} expects the states of both layers in initialState, received ${[initialState].flat().length}`,
      );
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
    }
  }

  /** Sets the states of stateful layers to zero, as before the first batch. */
  async resetState(): Promise<void> {
    await this.forwardLayer.resetState();
    await this.backwardLayer.resetState();
  }

  static fromConfig(config: Config, read: (item: SerializedItem) => AnyLayer): AnyLayer {
    return new Bidirectional<Tensor | Tensor[]>({
      name: config["name"] as string | undefined,
      trainable: config["trainable"] as boolean | undefined,
      mergeMode: config["merge_mode"] as MergeMode,
      layer: read(config["layer"] as SerializedItem),
      backwardLayer: config["backward_layer"] ? read(config["backward_layer"] as SerializedItem) : null,
    });
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

/** A layer of the same settings, with weights of its own. */
function copyOf(from: AnyRecurrent, name: string, goBackwards: boolean): AnyRecurrent {
  const made = from.constructor as unknown as {
    new (options: unknown): AnyRecurrent;
    readonly settings: readonly string[];
  };
  const fields = ["trainable", "dtype", ...made.settings.map(camelOption)];
  const own = Object.fromEntries(fields.map((field) => [field, (from as unknown as Record<string, unknown>)[field]]));
  return new made({ ...own, name, goBackwards });
}

/**
 * Walks a recurrent layer both ways and puts the results together: [batch, steps, features] → [batch, 2 · units] (or [batch, units]
 * when they are summed, multiplied or averaged); with `returnSequences` for every step. The layer given is a model for the two that
 * are made. With `mergeMode: null` a list of both outputs; with `returnState` a list [output, ...forward states, ...backward states].
 * Masked steps give zeros. Call options: `mask`, `initialState` (forward states, then backward ones). Raises ValueError when the two
 * layers don't fit together. Schuster & Paliwal 1997. Source: https://keras.io/api/layers/recurrent_layers/bidirectional/
 *
 * @example
 * const y = bidirectional(lstm(16))(input([10, 8])); // [null, 32]
 */
export function bidirectional(
  layer: AnyLayer,
  options: BidirectionalOptions & { readonly mergeMode: null },
): Bidirectional<Tensor[]>;
export function bidirectional(layer: Layer<Tensor>, options?: BidirectionalOptions): Bidirectional;
export function bidirectional(layer: Layer<Tensor[]>, options?: BidirectionalOptions): Bidirectional<Tensor[]>;
export function bidirectional(
  layer: AnyLayer,
  options: BidirectionalOptions = {},
): Bidirectional<Tensor> | Bidirectional<Tensor[]> {
  return new Bidirectional<Tensor>({ ...options, layer });
}
