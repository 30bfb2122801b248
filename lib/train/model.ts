// Models: a graph of layers that can be trained, shown and saved.

import type { NdArray } from "ndarray";
import type { TensorData } from "../backend/backend.js";
import { MemoryReport } from "../backend/memoryReport.js";
import type { Logs, TrainingPlace } from "../catalog/callbacks/callback.js";
import type { Optimizer } from "../catalog/optimizers/optimizer.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import { notebook, showsItself } from "../show/notebook.js";
import type { CompileOptions } from "./compile.js";
import type { DataSource, DataStructure } from "./data.js";
import { drawingOf } from "./drawing.js";
import type { EvaluateOptions, FitOptions, OnBatchOptions, PredictOptions } from "./fit.js";
import { GraphLayer, type ModelOptions } from "./graphLayer.js";
import type { History } from "./history.js";
import { toConfig, toJSON } from "./json.js";
import { ModelPlot, type ModelPlotOptions } from "./plot.js";
import type { ModelProfile, ProfileOptions } from "./profile.js";
import type { ExportOptions, SaveOptions } from "./save/index.js";
import type { LoadedWeights, LoadWeightsOptions } from "./save/match.js";
import type { SavedFile } from "./save/savedFile.js";
import type { Structured } from "./structure.js";
import { Summary, type SummaryOptions } from "./summary.js";
import { summarize } from "./summaryRows.js";
import { Training } from "./training.js";

/** Reading a file makes models: what does it can only be imported once this module is there. */
const saving = (): Promise<typeof import("./save/index.js")> => import("./save/index.js");

/** What a model predicts: an ndarray in the place of every output tensor. */
export type Predictions<O extends Structured<Tensor>> = O extends Tensor
  ? NdArray<Float32Array | Int32Array | Uint8Array>
  : O extends readonly Tensor[]
    ? NdArray<Float32Array | Int32Array | Uint8Array>[]
    : { [K in keyof O]: NdArray<Float32Array | Int32Array | Uint8Array> };

/**
 * A graph of layers from inputs to outputs. It is a layer itself: call it on tensors to use it, with its weights, inside of another
 * model. Nothing is computed, and no weight takes memory, before data comes.
 */
export class Model<O extends Structured<Tensor> = Tensor> extends GraphLayer<O> {
  /** What compile, fit, evaluate and predict keep. */
  private readonly training: Training = new Training(this as unknown as Model<Structured<Tensor>>);

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
   * run (a model of more than 2 GB with its weights in "model.onnx.data" beside it); or its layers as "model.json", with shards of weights
   * beside it, for TensorFlow.js. Raises ValueError for what these can't say.
   *
   * @example
   * await m.export("model.onnx");
   */
  async export(path: string, options: ExportOptions = {}): Promise<SavedFile> {
    return (await saving()).exportModel(this as unknown as Model<Structured<Tensor>>, path, options);
  }

  /** Writes all that training needs to go on from `place`, for `loadTraining`: what `backupAndRestore` does after every epoch. */
  async saveTraining(path: string, place: TrainingPlace): Promise<SavedFile> {
    return (await saving()).saveTraining(this.training, path, place);
  }

  /** Takes weights, optimizer states and random states from a file of `saveTraining`, and says where training goes on. */
  async loadTraining(path: string): Promise<TrainingPlace> {
    return (await saving()).loadTraining(this.training, path);
  }
}

showsItself(Model);
showsItself(MemoryReport);

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
