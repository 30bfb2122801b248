// A recorded graph from inputs to outputs that is a layer: what models are, apart from being trained.

import type { CallOptions } from "../graph/callOptions.js";
import { ShapeError, unknownName, ValueError } from "../graph/errors.js";
import { Layer, type LayerOptions, type Storage } from "../graph/layer.js";
import type { Mode } from "../graph/mode.js";
import { snakeCase, uniqueName } from "../graph/names.js";
import { type Shape, showShape } from "../graph/shape.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import { graphOf, isTensor, type ModelGraph } from "./graphOf.js";
import { distinct, pack, type Structured } from "./structure.js";
import type { AnyLayer, Operation } from "./topology.js";

/** What calling a model gives: a tensor, or a list of them. */
export type CallResult<O extends Structured<Tensor>> = O extends Tensor ? Tensor : Tensor[];

export interface ModelOptions<O extends Structured<Tensor>> extends LayerOptions {
  /** One input tensor, a list, or a record of them by name. */
  readonly inputs: Structured<Tensor>;
  readonly outputs: O;
}

/** Calling a model also takes a record of tensors by input name. */
export interface GraphLayer<O extends Structured<Tensor> = Tensor> {
  (inputs: Structured<Tensor>, options?: CallOptions): CallResult<O>;
}

/** A graph of layers, as one layer: call it on tensors to use it, with its weights, inside of another graph. */
// The interface above gives instances their call signature.
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: a layer is a callable object
export class GraphLayer<O extends Structured<Tensor> = Tensor> extends Layer<CallResult<O>> {
  override readonly masking = "uses" as const;
  protected graph: ModelGraph | null = null;

  constructor(options: LayerOptions & Partial<ModelOptions<O>>, baseName = "functional") {
    super({ ...options, name: options.name ?? uniqueName(baseName) });
    if (options.inputs && options.outputs) {
      this.graph = graphOf(options.inputs, options.outputs, this.name);
      this.built = true;
    }
  }

  override get className(): string {
    return "Functional";
  }

  /** The graph; raises StateError when a sequential model doesn't know its input yet. */
  get recorded(): ModelGraph {
    if (!this.graph)
      throw new ValueError(`${this.describe()} isn't built yet`, {
        hint: "put an input([...]) in front, or call it on a tensor",
      });
    return this.graph;
  }

  /** Recorded inputs, in order. */
  get inputs(): readonly Tensor[] {
    return this.recorded.inputs;
  }

  /** Recorded outputs, in order. */
  get outputs(): readonly Tensor[] {
    return this.recorded.outputs;
  }

  get inputNames(): readonly string[] {
    return this.recorded.inputForm.names;
  }

  get outputNames(): readonly string[] {
    return this.recorded.outputForm.names;
  }

  /** Layers and bare ops in Keras's order. */
  get operations(): readonly Operation[] {
    return this.recorded.topology.operations;
  }

  /** All layers in Keras's order, the input layers among them. */
  get layers(): readonly AnyLayer[] {
    return this.operations.flatMap((operation) => operation.layer ?? []);
  }

  /** A layer by its name or its place. Raises NameError with the nearest known name. */
  getLayer(nameOrIndex: string | number): AnyLayer {
    const { layers } = this;
    const found =
      typeof nameOrIndex === "number" ? layers.at(nameOrIndex) : layers.find((layer) => layer.name === nameOrIndex);
    if (found) return found;
    if (typeof nameOrIndex === "number")
      throw new ValueError(`${this.describe()} has ${layers.length} layers, no layer ${nameOrIndex}`);
    throw unknownName(
      `layer of ${this.describe()}`,
      nameOrIndex,
      layers.map((layer) => layer.name),
    );
  }

  override get sublayers(): readonly AnyLayer[] {
    return this.graph ? this.layers : [];
  }

  /** Layers by class and number, whatever their names: as Keras's files keep them. */
  override get storage(): Storage {
    const groups = distinct(this.layers.map((layer) => snakeCase(layer.className)));
    const inside = this.layers.map((layer, i) => [`layers/${groups[i]}`, layer.storage] as const);
    return { owner: this, name: this.name, variables: [], inside };
  }

  /** Records the model on other tensors: one, a list, or a record by input name. */
  override apply(inputs: Structured<Tensor>, options: CallOptions = {}): CallResult<O> {
    const isRecord = !isTensor(inputs) && !Array.isArray(inputs) && typeof inputs === "object";
    if (!isRecord) return super.apply(inputs as Tensor | readonly Tensor[], options);
    const record = inputs as Readonly<Record<string, Tensor>>;
    for (const name of Object.keys(record)) {
      if (!this.inputNames.includes(name)) throw unknownName(`input of ${this.describe()}`, name, this.inputNames);
    }
    return super.apply(
      this.inputNames.map((name) => record[name] as Tensor),
      options,
    );
  }

  override check(shapes: readonly Shape[]): void {
    if (!this.graph) return;
    const { inputs, inputNames } = this;
    if (shapes.length !== inputs.length) {
      throw new ShapeError(`${this.describe()} has ${inputs.length} inputs, received ${shapes.length}`, {
        notes: [`inputs: ${inputNames.join(", ")}`],
      });
    }
    inputs.forEach((tensor, i) => {
      const given = shapes[i] as Shape;
      const fits =
        given.length === tensor.rank &&
        given.every((size, axis) => size === null || tensor.shape[axis] === null || size === tensor.shape[axis]);
      if (!fits)
        throw new ShapeError(
          `${this.describe()} expects ${showShape(tensor.shape)} for "${inputNames[i]}", received ${showShape(given)}`,
        );
    });
  }

  override call(inputs: Tensor | Tensor[], mode: Mode): Tensor | Tensor[] {
    const given = Array.isArray(inputs) ? inputs : [inputs];
    const { inputs: recorded, outputs, outputForm } = this.recorded;
    const made = mode.replay(outputs, new Map(recorded.map((tensor, i) => [originalOf(tensor), given[i] as Tensor])));
    return outputForm.kind === "one" ? (made[0] as Tensor) : [...made];
  }

  override toString(): string {
    if (!this.graph) return `${this.className} "${this.name}", not built yet`;
    const show = (tensors: readonly Tensor[], names: readonly string[]): string =>
      tensors.map((tensor, i) => `${names[i]} ${showShape(tensor.shape)}`).join(", ");
    return `${this.className} "${this.name}": ${show(this.inputs, this.inputNames)} → ${show(this.outputs, this.outputNames)}, ${this.layers.length} layers, ${this.countParams()} parameters`;
  }

  /** Puts a list of results into the form of the outputs. */
  packOutputs<T>(list: readonly T[]): Structured<T> {
    return pack(this.recorded.outputForm, list);
  }
}
