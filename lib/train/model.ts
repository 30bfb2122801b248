// Models: a recorded graph from inputs to outputs that is a layer again, and can be trained.

import type { NdArray } from "ndarray";
import type { MemoryReport, TensorData } from "../backend/backend.js";
import type { Logs, TrainingPlace } from "../catalog/callbacks/callback.js";
import type { Optimizer } from "../catalog/optimizers/optimizer.js";
import { ShapeError, unknownName, ValueError } from "../graph/errors.js";
import { type CallOptions, Layer, type LayerOptions, type Storage, snakeCase, uniqueName } from "../graph/layer.js";
import type { Mode } from "../graph/mode.js";
import { type Shape, showShape } from "../graph/shape.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import { notebook, showsItself } from "../show/notebook.js";
import type { CompileOptions } from "./compile.js";
import type { DataSource, DataStructure } from "./data.js";
import { drawingOf } from "./drawing.js";
import type { EvaluateOptions, FitOptions, OnBatchOptions, PredictOptions } from "./fit.js";
import { graphOf, isTensor, type ModelGraph } from "./graphOf.js";
import type { History } from "./history.js";
import { toConfig, toJSON } from "./json.js";
import { ModelPlot, type ModelPlotOptions } from "./plot.js";
import type { ModelProfile, ProfileOptions } from "./profile.js";
import type { SaveOptions } from "./save/index.js";
import type { LoadedWeights, LoadWeightsOptions } from "./save/match.js";
import type { SavedFile } from "./save/savedFile.js";
import { distinct, pack, type Structured } from "./structure.js";
import { Summary, type SummaryOptions } from "./summary.js";
import { summarize } from "./summaryRows.js";
import type { AnyLayer, Operation } from "./topology.js";
import { Training } from "./training.js";

/** Reading a file makes models: what does it can only be imported once this module is there. */
const saving = (): Promise<typeof import("./save/index.js")> => import("./save/index.js");

/** What calling a model gives: a tensor, or a list of them. */
export type CallResult<O extends Structured<Tensor>> = O extends Tensor ? Tensor : Tensor[];

/** What a model predicts: an ndarray in the place of every output tensor. */
export type Predictions<O extends Structured<Tensor>> = O extends Tensor
  ? NdArray<Float32Array | Int32Array | Uint8Array>
  : O extends readonly Tensor[]
    ? NdArray<Float32Array | Int32Array | Uint8Array>[]
    : { [K in keyof O]: NdArray<Float32Array | Int32Array | Uint8Array> };

export interface ModelOptions<O extends Structured<Tensor>> extends LayerOptions {
  /** One input tensor, a list, or a record of them by name. */
  readonly inputs: Structured<Tensor>;
  readonly outputs: O;
}

/** Calling a model also takes a record of tensors by input name. */
export interface Model<O extends Structured<Tensor> = Tensor> {
  (inputs: Structured<Tensor>, options?: CallOptions): CallResult<O>;
}

/**
 * A graph of layers from inputs to outputs. It is a layer itself: call it on tensors to use it, with its weights, inside of another
 * model. Nothing is computed, and no weight takes memory, before data comes.
 */
// The interface above gives instances their call signature.
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: a layer is a callable object
export class Model<O extends Structured<Tensor> = Tensor> extends Layer<CallResult<O>> {
  override readonly masking = "uses" as const;
  protected graph: ModelGraph | null = null;
  /** What compile, fit, evaluate and predict keep. */
  private readonly training: Training = new Training(this as unknown as Model<Structured<Tensor>>);

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

  /**
   * Says how to train: optimizer, losses and metrics. Strings are Keras's names ("adam", "binary_crossentropy", "accuracy"); instances and
   * plain functions do as well. For several outputs, losses and metrics are lists or records by output name.
   *
   * @example
   * m.compile({ optimizer: "adam", loss: "binary_crossentropy", metrics: ["accuracy"] });
   */
  compile(options: CompileOptions = {}): void {
    this.training.compile(options);
  }

  /**
   * Trains on data: ndarrays, nested arrays or typed arrays ([samples, …]), a list or record of them for several inputs, or an (async)
   * iterable of batches `[x, y, sampleWeight?]`. Returns the history of losses and metrics by epoch.
   *
   * Raises StateError before `compile` or during another `fit`, ShapeError and ValueError for data that doesn't fit.
   *
   * @example
   * const history = await m.fit([images, texts], labels, { epochs: 3, batchSize: 8, validationSplit: 0.2 });
   * history.history.loss; // one number per epoch
   */
  async fit(x: DataSource, y?: DataStructure | FitOptions, options?: FitOptions): Promise<History> {
    return this.training.fit(x, y, options);
  }

  /** Losses and metrics on data: `{ loss, accuracy, … }`. */
  async evaluate(x: DataSource, y?: DataStructure | EvaluateOptions, options?: EvaluateOptions): Promise<Logs> {
    return this.training.evaluate(x, y, options);
  }

  /** Outputs for data: an ndarray [samples, …], or a list or record of them as the model's outputs are. */
  async predict(x: DataSource, options: PredictOptions = {}): Promise<Predictions<O>> {
    return (await this.training.predict(x, options)) as Predictions<O>;
  }

  /** One training step on one batch: its loss and metrics. */
  async trainOnBatch(x: DataStructure, y?: DataStructure, options: OnBatchOptions = {}): Promise<Logs> {
    return this.training.onBatch("train", x, y, options);
  }

  /** Loss and metrics of one batch. */
  async testOnBatch(x: DataStructure, y?: DataStructure, options: OnBatchOptions = {}): Promise<Logs> {
    return this.training.onBatch("test", x, y, options);
  }

  /** Outputs for one batch. */
  async predictOnBatch(x: DataStructure): Promise<Predictions<O>> {
    return (await this.training.predict(x, { batchSize: Number.MAX_SAFE_INTEGER })) as Predictions<O>;
  }

  /** Gradients of the loss on one batch, by weight, as training would see them. Weights stay as they are. */
  async gradients(x: DataStructure, y?: DataStructure): Promise<Map<Weight, NdArray<TensorData>>> {
    return this.training.gradients(x, y);
  }

  /**
   * Where the time of a step goes, by layer: milliseconds, and bytes moved. With labels a training step of a compiled model, else one of
   * predicting. Weights are as before when it is done. Raises StateError with labels before `compile`, or while the model trains.
   *
   * @example
   * await m.profile(x, y, { batchSize: 64 });
   */
  async profile(x: DataStructure, y?: DataStructure, options: ProfileOptions = {}): Promise<ModelProfile> {
    return this.training.profile(x, y, options);
  }

  /** Set to true (in a callback) to end training after the present step. */
  stopTraining = false;

  /** The optimizer that `compile` made; null before. */
  get optimizer(): Optimizer | null {
    return this.training.optimizer;
  }

  /** Whether a log entry should grow or fall as training goes well, by its metric; null when nobody said. */
  directionOf(entry: string): "up" | "down" | null {
    return this.training.requireCompiled("asking for a direction").directionOf(entry);
  }

  /** The learning rate in force. */
  async getLearningRate(): Promise<number> {
    return this.training.getLearningRate();
  }

  /** Changes the learning rate. Raises StateError when it follows a schedule. */
  async setLearningRate(rate: number): Promise<void> {
    await this.training.setLearningRate(rate);
  }

  /** Starts running means anew, where `trainOnBatch` and `testOnBatch` were told not to (`resetMetrics: false`). */
  resetMetrics(): void {
    this.training.resetMetrics();
  }

  /** Prints Keras's summary table and returns it; notebooks show it as a table. Instant: nothing is computed, no weight is made. */
  summary(options: SummaryOptions = {}): string {
    const kernel = options.print ? null : notebook.current;
    const shown = this.summarize(kernel ? { columns: Number.POSITIVE_INFINITY, ...options } : options);
    if (kernel) kernel.publish(shown, {});
    else (options.print ?? ((text) => console.log(text.trimEnd())))(shown.text);
    return shown.text;
  }

  /**
   * The summary as a value, with its rows and sums as data; nothing is printed.
   *
   * @example
   * const x = input([4]);
   * model({ inputs: x, outputs: dense(2)(x) }).summarize().data.totals.total; // 10
   */
  summarize(options: SummaryOptions = {}): Summary {
    const { topology } = this.recorded;
    const data = summarize({
      name: this.name,
      topology,
      operations: this.operations,
      sequential: this.className === "Sequential",
      trainable: this.trainableWeights,
      frozen: this.nonTrainableWeights,
      optimizer: this.training.optimizerWeights,
    });
    return new Summary(data, options);
  }

  /**
   * The graph as a picture: boxes with names, types and shapes, arrows for tensors (dashed when they carry a mask), a shared layer as one
   * box with several arrows. Nothing is computed. Outside of a notebook, `toString()` lists it and `toDot()` is text for Graphviz.
   *
   * @example
   * const x = input([4]);
   * model({ inputs: x, outputs: dense(2)(x) }).plot({ rankdir: "LR", showMemory: true });
   */
  plot(options: ModelPlotOptions = {}): ModelPlot {
    return new ModelPlot(drawingOf(this.name, this.recorded), options);
  }

  /** Bytes that training (once compiled) or predicting takes at this batch size, without taking them. */
  async memory(options: { readonly batchSize?: number } = {}): Promise<MemoryReport> {
    return this.training.memory(options.batchSize ?? 32);
  }

  /** Keras's functional config. */
  override getConfig(): Record<string, unknown> {
    return toConfig(this as unknown as Model<Structured<Tensor>>);
  }

  /** The architecture as Keras's `to_json` text; `modelFromJSON` reads it. */
  toJSON(): string {
    return toJSON(this as unknown as Model<Structured<Tensor>>);
  }

  /**
   * Writes the whole model to a file that ends in ".keras", which Keras 3 opens too: layers, weights, and once it is compiled also losses,
   * metrics and the optimizer with its states, so that training goes on from there. `load` reads it. The file is replaced as a whole or
   * not at all.
   *
   * Raises ValueError for another ending, and for functions without a name, which no file can hold.
   *
   * @example
   * await m.save("model.keras");
   */
  async save(path: string, options: SaveOptions = {}): Promise<SavedFile> {
    return (await saving()).saveModel(this.training, path, options);
  }

  /** Writes the weights alone: ".weights.h5" as Keras's `save_weights` does, or ".safetensors" under names like "dense/kernel". */
  async saveWeights(path: string): Promise<SavedFile> {
    return (await saving()).saveWeights(this as unknown as Model<Structured<Tensor>>, path);
  }

  /**
   * Takes the weights of a file: ".weights.h5", ".keras" and Keras's older ".h5" of the same layers in the same order (names don't matter,
   * unless `byName`), ".safetensors" by the names of weights. Says which layers took weights, and which kept theirs. Raises ValueError,
   * and changes nothing, when a shape differs, unless `skipMismatch`.
   *
   * @example
   * await m.saveWeights("m.safetensors");
   * await m.loadWeights("m.safetensors");
   */
  async loadWeights(path: string, options: LoadWeightsOptions = {}): Promise<LoadedWeights> {
    return (await saving()).loadWeights(this as unknown as Model<Structured<Tensor>>, path, options);
  }

  /**
   * Writes the model for others: what it predicts as an ".onnx" file (opset 18), for any number of samples, which onnxruntime and others
   * run; or its layers as "model.json", with shards of weights beside it, for TensorFlow.js. Raises ValueError for what these can't say.
   *
   * @example
   * await m.export("model.onnx");
   */
  async export(path: string): Promise<SavedFile> {
    return (await saving()).exportModel(this as unknown as Model<Structured<Tensor>>, path);
  }

  /** Writes all that training needs to go on from `place`, for `loadTraining`: what `backupAndRestore` does after every epoch. */
  async saveTraining(path: string, place: TrainingPlace): Promise<void> {
    await (await saving()).saveTraining(this.training, path, place);
  }

  /** Takes weights, optimizer states and random states from a file of `saveTraining`, and says where training goes on. */
  async loadTraining(path: string): Promise<TrainingPlace> {
    return (await saving()).loadTraining(this.training, path);
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

showsItself(Model);

/**
 * A model from inputs to outputs, each one tensor, a list, or a record by name. Raises ValueError when an output needs an input that
 * isn't given, or an input reaches no output.
 *
 * @example
 * const x = input([4]);
 * const m = model({ inputs: x, outputs: dense(2, { activation: "softmax" })(x) });
 */
export function model<O extends Structured<Tensor>>(options: ModelOptions<O>): Model<O> {
  return new Model<O>(options);
}
