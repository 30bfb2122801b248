// What a model keeps for training: how it is compiled, its compiled steps, and who is using them.

import type { NdArray } from "ndarray";
import ndarray from "ndarray";
import type { Logs, TrainedModel } from "../catalog/callbacks/callback.js";
import type { Optimizer } from "../catalog/optimizers/optimizer.js";
import { Schedule } from "../catalog/schedules/schedule.js";
import { StateError, ValueError } from "../graph/errors.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import type { MemoryReport, TensorData } from "../run/backend.js";
import { backend } from "../run/select.js";
import { type BatchSource, fromIterable, fromSamples, unpack } from "./batches.js";
import { checkNumbers } from "./checks.js";
import { Compiled, type CompileOptions } from "./compile.js";
import {
  type BatchItem,
  buildFor,
  type DataSource,
  type DataStructure,
  isBatches,
  type Samples,
  toSamples,
} from "./data.js";
import {
  type BatchOptions,
  type EvaluateOptions,
  type FitOptions,
  type PredictOptions,
  positive,
  runEpochs,
  splitSamples,
  type ValidationData,
} from "./fit.js";
import type { History } from "./history.js";
import type { Model } from "./model.js";
import { Programs, planOf } from "./programs.js";
import { type Done, readLogs, runBatches } from "./runner.js";
import type { Structured } from "./structure.js";

/** A model, whatever its outputs are. */
export type AnyModel = Model<Structured<Tensor>>;

const defaultBatch = 32;

export class Training {
  readonly model: AnyModel;
  readonly programs: Programs;
  #compiled: Compiled | null = null;
  #waiting: CompileOptions | null = null;
  #fitting = false;
  #startAnew = true;

  constructor(model: AnyModel) {
    this.model = model;
    this.programs = new Programs(model);
  }

  compile(options: CompileOptions): void {
    if (this.#fitting) throw new StateError(`${this.model.describe()} can't be compiled while it trains`);
    // A sequential model without an input has no outputs yet to say losses for.
    this.#waiting = this.model.built ? null : options;
    this.#compiled = this.model.built ? new Compiled(this.model, options) : null;
    this.#startAnew = true;
    void this.programs.drop(["train", "test"]);
  }

  requireCompiled(what: string): Compiled {
    if (this.#waiting && this.model.built) this.compile(this.#waiting);
    if (this.#compiled) return this.#compiled;
    throw new StateError(`${this.model.describe()} must be compiled before ${what}`, {
      hint: 'm.compile({ optimizer: "adam", loss: "mse" })',
    });
  }

  get optimizer(): Optimizer | null {
    return this.#compiled?.optimizer ?? null;
  }

  /** Weights of an optimizer that has trained; null before. */
  get optimizerWeights(): readonly Weight[] | null {
    const { optimizer } = this;
    const built = optimizer && this.#compiled?.trainable.some((weight) => optimizer.slots(weight).size > 0);
    return built ? optimizer.variables : null;
  }

  /** The model as callbacks know it. */
  get trainedModel(): TrainedModel {
    return this.model as unknown as TrainedModel;
  }

  async fit(x: DataSource, y: DataStructure | FitOptions | undefined, given?: FitOptions): Promise<History> {
    buildFor(this.model, x);
    const compiled = this.requireCompiled("fit");
    // Batches bring their labels along: options may be second.
    const [labels, options] =
      isBatches(x) && given === undefined
        ? [undefined, (y ?? {}) as FitOptions]
        : [y as DataStructure | undefined, given ?? {}];
    if (this.#fitting)
      throw new StateError(`${this.model.describe()} is already training`, {
        hint: "await the first fit before the next",
      });
    this.#fitting = true;
    try {
      const batchSize = positive("batchSize", options.batchSize ?? defaultBatch);
      positive("epochs", options.epochs ?? 1);
      let [source, validation] = [null as BatchSource | null, null as BatchSource | null];
      const validationBatch = positive("validationBatchSize", options.validationBatchSize ?? batchSize);
      if (isBatches(x)) {
        if (options.validationSplit)
          throw new ValueError("validationSplit needs all data at once", { hint: "pass validationData instead" });
        source = this.#iterable(x, compiled, options, options.stepsPerEpoch ?? null);
      } else {
        let samples = toSamples(this.model, x, labels, compiled, options);
        await checkNumbers(this.model, samples);
        if (options.validationSplit && !options.validationData) {
          const [kept, held] = splitSamples(samples, options.validationSplit);
          validation = fromSamples(held, validationBatch);
          samples = kept;
        }
        source = fromSamples(samples, batchSize);
        const { stepsPerEpoch } = options;
        if (stepsPerEpoch !== undefined) source = limited(source, stepsPerEpoch);
      }
      if (options.validationData)
        validation = await this.#validation(
          options.validationData,
          compiled,
          validationBatch,
          options.validationSteps ?? null,
        );
      return await runEpochs({
        training: this,
        source,
        validation,
        batchSize: isBatches(x) ? null : batchSize,
        options,
      });
    } finally {
      this.#fitting = false;
      this.#startAnew = true;
    }
  }

  async evaluate(
    x: DataSource,
    y: DataStructure | EvaluateOptions | undefined,
    given?: EvaluateOptions,
  ): Promise<Logs> {
    buildFor(this.model, x);
    const compiled = this.requireCompiled("evaluate");
    const [labels, options] =
      isBatches(x) && given === undefined
        ? [undefined, (y ?? {}) as EvaluateOptions]
        : [y as DataStructure | undefined, given ?? {}];
    if (isBatches(x)) return this.measure(this.#iterable(x, compiled, {}, options.steps ?? null), options.signal);
    const samples = toSamples(this.model, x, labels, compiled, { sampleWeight: options.sampleWeight });
    await checkNumbers(this.model, samples);
    return this.measure(fromSamples(samples, positive("batchSize", options.batchSize ?? defaultBatch)), options.signal);
  }

  /** Losses and metrics over all batches. */
  async measure(source: BatchSource, signal?: AbortSignal): Promise<Logs> {
    let logs: Logs = {};
    const after = (done: Done): void => {
      logs = readLogs(done, done.batches.length - 1);
    };
    const compiled = this.requireCompiled("evaluate");
    await runBatches({
      kind: "test",
      programs: this.programs,
      compiled,
      batches: source.open(null),
      startAnew: true,
      after,
      stop: () => signal?.aborted ?? false,
    });
    this.#startAnew = true;
    return logs;
  }

  async onBatch(
    kind: "train" | "test",
    x: DataStructure,
    y: DataStructure | undefined,
    options: BatchOptions,
  ): Promise<Logs> {
    buildFor(this.model, x);
    const compiled = this.requireCompiled(`${kind}OnBatch`);
    if (this.#fitting && kind === "train") throw new StateError(`${this.model.describe()} is already training`);
    const samples = toSamples(this.model, x, y, compiled, options);
    await checkNumbers(this.model, samples);
    let logs: Logs = {};
    const after = (done: Done): void => {
      logs = readLogs(done, 0);
    };
    const startAnew = this.#startAnew;
    this.#startAnew = false;
    await runBatches({
      kind,
      programs: this.programs,
      compiled,
      batches: fromSamples(samples, samples.length).open(null),
      strict: true,
      startAnew,
      after,
    });
    return logs;
  }

  resetMetrics(): void {
    this.#startAnew = true;
  }

  async predict(x: DataSource, options: PredictOptions): Promise<Structured<NdArray<TensorData>>> {
    const source = isBatches(x)
      ? fromIterable(
          x,
          async (item) => this.#checked(toSamples(this.model, item as DataStructure, undefined, null)),
          options.steps ?? null,
        )
      : fromSamples(
          await this.#checked(toSamples(this.model, x, undefined, null)),
          positive("batchSize", options.batchSize ?? defaultBatch),
        );
    const pieces: TensorData[][] = this.model.outputs.map(() => []);
    const shapes: number[][] = [];
    const after = ({ program, memory, batches }: Done): void => {
      for (let step = 0; step < batches.length; step++) {
        program.plan.graph.outputs.forEach((tensor, index) => {
          (pieces[index] as TensorData[]).push(ownCopy(memory.output(index, step), tensor));
          shapes[index] = [
            (shapes[index]?.[0] ?? 0) + ((tensor.shape[0] as number | undefined) ?? 1),
            ...(tensor.shape.slice(1) as number[]),
          ];
        });
      }
    };
    await runBatches({
      kind: "predict",
      programs: this.programs,
      compiled: null,
      batches: source.open(null),
      startAnew: false,
      after,
      stop: () => options.signal?.aborted ?? false,
    });
    return this.model.packOutputs(pieces.map((list, i) => ndarray(joined(list), shapes[i] ?? [0])));
  }

  /** What weights are to be after training, where the optimizer keeps averages of them. */
  async finalize(): Promise<void> {
    const compiled = this.requireCompiled("fit");
    const updates = compiled.optimizer.finalize(compiled.trainable);
    if (updates.size === 0) return;
    const executable = await (await backend()).compile({
      name: `finalize ${this.model.name}`,
      inputs: [],
      outputs: [],
      updates,
    });
    const memory = executable.allocate(1);
    await executable.run(memory, 1);
    memory.release();
    executable.dispose();
  }

  async memory(batchSize: number): Promise<MemoryReport> {
    const { model } = this;
    const inputs = model.inputs.map((tensor) => [batchSize, ...tensor.shape.slice(1).map((size) => size ?? 1)]);
    const compiled = this.#compiled;
    const targets = model.outputs.map((tensor, i) =>
      compiled?.needed[i] ? [batchSize, ...tensor.shape.slice(1).map((size) => size ?? 1)] : null,
    );
    // A report must not decide what "accuracy" means before labels are seen.
    const trial = compiled && new Compiled(model, { ...compiled.options, metrics: null, weightedMetrics: null });
    const plan = planOf(
      trial ? "train" : "predict",
      model,
      trial,
      {
        inputs,
        targets: targets.map((shape, i) => (trial?.needed[i] ? shape : null)),
        weights: model.outputs.map(() => null),
      },
      false,
    );
    return (await backend()).memory(plan.graph);
  }

  async getLearningRate(): Promise<number> {
    const { optimizer, learningRate } = this.#rate();
    if (!(learningRate instanceof Schedule)) return (await (await backend()).readWeight(learningRate))[0] as number;
    return learningRate.at((await (await backend()).readWeight(optimizer.iterations))[0] as number);
  }

  async setLearningRate(rate: number): Promise<void> {
    const { optimizer, learningRate } = this.#rate();
    if (learningRate instanceof Schedule)
      throw new StateError(`${optimizer.name}'s learning rate follows a schedule`, {
        hint: "give the optimizer a number to change it while training",
      });
    optimizer.rate = rate;
    await (await backend()).writeWeight(learningRate, [rate]);
  }

  #rate(): { optimizer: Optimizer; learningRate: Optimizer["learningRate"] } {
    const { optimizer } = this.requireCompiled("asking for the learning rate");
    return { optimizer, learningRate: optimizer.learningRate };
  }

  async #checked(samples: Samples): Promise<Samples> {
    await checkNumbers(this.model, samples);
    return samples;
  }

  #iterable(x: DataSource, compiled: Compiled, options: BatchOptions, steps: number | null): BatchSource {
    const toBatch = async (item: BatchItem): Promise<Samples> => {
      const { x: inputs, y, sampleWeight } = unpack(item);
      return this.#checked(
        toSamples(this.model, inputs, y, compiled, { sampleWeight, classWeight: options.classWeight }),
      );
    };
    return fromIterable(x, toBatch, steps);
  }

  async #validation(
    data: ValidationData,
    compiled: Compiled,
    batchSize: number,
    steps: number | null,
  ): Promise<BatchSource> {
    if (isBatches(data as DataSource)) return this.#iterable(data as DataSource, compiled, {}, steps);
    if (!Array.isArray(data) || data.length < 2 || data.length > 3)
      throw new ValueError("validationData is [x, y] or [x, y, sampleWeight]");
    const [x, y, sampleWeight] = data as readonly DataStructure[];
    return fromSamples(
      await this.#checked(toSamples(this.model, x as DataStructure, y, compiled, { sampleWeight })),
      batchSize,
    );
  }
}

/** The first `steps` batches of every pass, beginning again where data ends. */
function limited(source: BatchSource, steps: number): BatchSource {
  positive("stepsPerEpoch", steps);
  return {
    steps,
    samples: source.samples,
    async *open(seed) {
      for (let left = steps, pass = 0; left > 0; pass++) {
        for await (const batch of source.open(seed === null ? null : seed + pass)) {
          yield batch;
          if (--left === 0) return;
        }
      }
    },
  };
}

/** Results in the natural typed array; bool as bytes. */
function ownCopy(values: Float32Array | Int32Array, tensor: Tensor): TensorData {
  const size = sizeOf(tensor.shape as readonly number[]);
  return tensor.dtype === "bool" ? Uint8Array.from(values.subarray(0, size)) : values.slice(0, size);
}

function joined(list: readonly TensorData[]): TensorData {
  const first = list[0];
  if (list.length === 1 && first) return first;
  const size = list.reduce((sum, piece) => sum + piece.length, 0);
  const whole: TensorData =
    first instanceof Int32Array
      ? new Int32Array(size)
      : first instanceof Uint8Array
        ? new Uint8Array(size)
        : new Float32Array(size);
  let at = 0;
  for (const piece of list) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
