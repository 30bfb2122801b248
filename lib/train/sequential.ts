// Keras's Sequential: a chain of layers. Without an input in front, it is built when the first tensor or data comes.

import { ValueError } from "../graph/errors.js";
import { Layer, type LayerOptions } from "../graph/layer.js";
import type { Shape } from "../graph/shape.js";
import { placeholder, Tensor } from "../graph/tensor.js";
import { graphOf } from "./graphOf.js";
import { InputLayer, inputLayerOf } from "./inputLayer.js";
import { Model } from "./model.js";
import type { AnyLayer, Operation } from "./topology.js";

/** What a sequential model is made of: perhaps an input in front, then layers. */
export type SequentialItem = Tensor | AnyLayer | Layer;

export class Sequential extends Model<Tensor> {
  private chain: AnyLayer[] = [];
  private start: Tensor | null = null;

  constructor(items: readonly SequentialItem[] = [], options: LayerOptions = {}) {
    super(options, "sequential");
    for (const item of items) this.append(item);
    this.record();
  }

  override get className(): string {
    return "Sequential";
  }

  /** Adds a layer at the end. */
  add(item: SequentialItem): this {
    this.append(item);
    this.record();
    return this;
  }

  /** Layers in order, without the input. */
  override get layers(): readonly AnyLayer[] {
    return [...this.chain];
  }

  override get operations(): readonly Operation[] {
    return super.operations.filter((operation) => operation.className !== "InputLayer");
  }

  override get sublayers(): readonly AnyLayer[] {
    return [...this.chain];
  }

  override build(shapes: readonly Shape[]): void {
    if (this.graph) return;
    if (shapes.length !== 1) throw new ValueError(`${this.describe()} takes one input, received ${shapes.length}`);
    this.start = placeholder(shapes[0] as Shape, "float32", "input_layer");
    this.record();
  }

  /** The input as a layer; undefined while it isn't known. */
  get inputLayer(): InputLayer | undefined {
    return this.start ? inputLayerOf(this.start) : undefined;
  }

  private append(item: SequentialItem): void {
    const tensor = item instanceof InputLayer ? item.tensor : item;
    if (tensor instanceof Tensor) {
      if (this.chain.length > 0 || this.start)
        throw new ValueError(`${this.describe()}: an input goes in front of all layers`);
      this.start = tensor;
    } else if (tensor instanceof Layer) {
      if (this.chain.includes(tensor as AnyLayer))
        throw new ValueError(`${this.describe()} has ${tensor.name} twice`, { hint: "use model() to share a layer" });
      this.chain.push(tensor as AnyLayer);
    } else {
      throw new ValueError(`${this.describe()} takes layers, with perhaps an input([...]) in front`);
    }
  }

  /** Records the chain once the input is known. */
  private record(): void {
    // A nested model in front knows the input.
    const first = this.chain[0];
    if (!this.start && first instanceof Model && first.built)
      this.start = placeholder(first.inputs[0]?.shape ?? [], first.inputs[0]?.dtype ?? "float32", "input_layer");
    if (!this.start || this.chain.length === 0) return;
    let x: Tensor = this.start;
    for (const layer of this.chain) {
      const made = layer(x);
      if (Array.isArray(made))
        throw new ValueError(`${this.describe()}: ${layer.name} has several outputs`, { hint: "use model() instead" });
      x = made;
    }
    this.graph = graphOf(this.start, x, this.name);
    this.built = true;
  }
}

/**
 * A model that applies layers one after the other.
 *
 * @example
 * const m = sequential([input([28, 28, 1]), flatten(), dense(10, { activation: "softmax" })]);
 */
export function sequential(items: readonly SequentialItem[] = [], options: LayerOptions = {}): Sequential {
  return new Sequential(items, options);
}
