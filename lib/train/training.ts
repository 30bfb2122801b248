// What a model keeps for training: how it is compiled, its compiled steps, and who is using them.

import ndarray, { type NdArray } from "ndarray";
import type { TensorData } from "../backend/backend.js";
import type { MemoryReport } from "../backend/memoryReport.js";
import { backend } from "../backend/select.js";
import type { Logs, TrainedModel } from "../catalog/callbacks/callback.js";
import { type Optimizer, optimizers, resolveOptimizer } from "../catalog/optimizers/index.js";
import { Schedule } from "../catalog/schedules/schedule.js";
import { StateError } from "../graph/errors.js";
import { serialize } from "../graph/registry.js";
import type { Tensor } from "../graph/tensor.js";
import { inTurns, Pace } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import { type BatchSource, fromIterable, fromSamples } from "./batches.js";
import { Compiled, type CompileOptions } from "./compile.js";
import { buildFor, type DataSource, type DataStructure, isBatches } from "./data.js";
import { type EvaluateOptions, type FitOptions, type OnBatchOptions, type PredictOptions, runEpochs } from "./fit.js";
import type { History } from "./history.js";
import type { Model } from "./model.js";
import { collect } from "./predictions.js";
import { type ModelProfile, type ProfileOptions, profileStep } from "./profile.js";
import { feedOf, fill, Programs, planOf, StepProgram } from "./programs.js";
import { type Done, readLogs, runBatches } from "./runner.js";
import { giveNumbers } from "./save/trainingState.js";
import { fitSources, fromBatches, inSteps, samplesOf, stepsOf } from "./sources.js";
import { gradientStep } from "./step.js";
import type { Structured } from "./structure.js";

/** A model, whatever its outputs are. */
export type AnyModel = Model<Structured<Tensor>>;

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

  /** What `compile` made; null before. */
  get compiled(): Compiled | null {
    return this.#compiled;
  }

  /** Gives dropout and the like the seed that they had in another process. */
  async reseed(seed: number): Promise<void> {
    this.requireCompiled("going on").seed = seed;
    await this.programs.drop(["train"]);
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
    if (!this.model.built) await buildFor(this.model, x);
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
      const sources = await fitSources(this.model, x, labels, compiled, options);
      return await runEpochs({ training: this, ...sources, options });
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
    if (!this.model.built) await buildFor(this.model, x);
    const compiled = this.requireCompiled("evaluate");
    const [labels, options] =
      isBatches(x) && given === undefined
        ? [undefined, (y ?? {}) as EvaluateOptions]
        : [y as DataStructure | undefined, given ?? {}];
    if (isBatches(x))
      return this.measure(fromBatches(this.model, x, compiled, {}, stepsOf("steps", options.steps)), options.signal);
    const samples = await samplesOf(this.model, x, labels, compiled, { sampleWeight: options.sampleWeight });
    return this.measure(inSteps(samples, options.batchSize, "steps", options.steps), options.signal);
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
    options: OnBatchOptions,
  ): Promise<Logs> {
    if (!this.model.built) await buildFor(this.model, x);
    const compiled = this.requireCompiled(`${kind}OnBatch`);
    if (this.#fitting && kind === "train") throw new StateError(`${this.model.describe()} is already training`);
    const samples = await samplesOf(this.model, x, y, compiled, options);
    let logs: Logs = {};
    const after = (done: Done): void => {
      logs = readLogs(done, 0);
    };
    const startAnew = this.#startAnew || (options.resetMetrics ?? true);
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

  /** Gradients of the loss on all samples at once, by weight; weights stay as they are. */
  async gradients(x: DataStructure, y: DataStructure | undefined): Promise<Map<Weight, NdArray<TensorData>>> {
    if (!this.model.built) await buildFor(this.model, x);
    const compiled = this.requireCompiled("gradients");
    const samples = await samplesOf(this.model, x, y, compiled);
    const batch = { samples, rows: null, start: 0, count: samples.length };
    const { plan, weights } = await inTurns(gradientStep(this.model, compiled, feedOf(batch)));
    const program = new StepProgram(plan, await (await backend()).compile(plan.graph));
    try {
      const memory = program.acquire(1);
      await fill(program, memory, 0, batch, true, new Pace());
      await program.executable.run(memory, 1);
      const found = weights.map(
        (weight, i) => [weight, ndarray(memory.output(i, 0).slice(), [...weight.shape])] as const,
      );
      program.release(memory);
      return new Map(found);
    } finally {
      program.drop();
    }
  }

  /** Where the time of a step goes. Weights are as before when it is done. */
  async profile(x: DataStructure, y: DataStructure | undefined, options: ProfileOptions): Promise<ModelProfile> {
    const { model } = this;
    if (!model.built) await buildFor(model, x);
    if (this.#fitting) throw new StateError(`${model.describe()} can't be profiled while it trains`);
    const compiled = y === undefined ? null : this.requireCompiled("profile with labels");
    const samples = await samplesOf(model, x, y, compiled);
    if (!compiled) return profileStep(model, null, samples, model.weights, options);
    // An optimizer that hasn't trained mustn't look as if it had; slots that are there need no others beside them.
    const { optimizer: own, trainable } = compiled;
    const optimizer = trainable.some((weight) => own.slots(weight).size > 0) ? own : copyOf(own);
    const lasting = optimizer === own ? [...model.weights, ...own.variables] : model.weights;
    return profileStep(model, new Compiled(model, { ...compiled.options, optimizer }), samples, lasting, options);
  }

  resetMetrics(): void {
    this.#startAnew = true;
  }

  async predict(x: DataSource, options: PredictOptions): Promise<Structured<NdArray<TensorData>>> {
    const source = isBatches(x)
      ? fromIterable(
          x,
          (item) => samplesOf(this.model, item as DataStructure, undefined, null),
          stepsOf("steps", options.steps),
        )
      : inSteps(await samplesOf(this.model, x, undefined, null), options.batchSize, "steps", options.steps);
    return collect(this.model, this.programs, source, options.signal);
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
    const compiled = this.#compiled;
    const sized = (tensor: Tensor): number[] => [batchSize, ...tensor.shape.slice(1).map((size) => size ?? 1)];
    // A report must neither decide what "accuracy" means before labels are seen, nor make slots.
    const options = compiled && { ...compiled.options, metrics: null, weightedMetrics: null };
    const trial = options && new Compiled(model, { ...options, optimizer: copyOf(compiled.optimizer) });
    const feed = {
      inputs: model.inputs.map(sized),
      targets: model.outputs.map((tensor, i) => (trial?.needed[i] ? trial.labelShape(i, sized(tensor)) : null)),
      weights: model.outputs.map(() => null),
    };
    const plan = await inTurns(planOf(trial ? "train" : "predict", model, trial, feed, false));
    return (await backend()).memory(plan.graph);
  }

  async getLearningRate(): Promise<number> {
    const { optimizer, learningRate } = this.#rate();
    if (!(learningRate instanceof Schedule)) return (await (await backend()).readWeight(learningRate))[0] as number;
    return learningRate.at((await (await backend()).readWeight(optimizer.iterations))[0] as number);
  }

  /** Whether the learning rate is computed from the step. */
  get hasSchedule(): boolean {
    return this.#rate().learningRate instanceof Schedule;
  }

  /** Gives running means and metrics, whose step is compiled, the numbers they had in another process. */
  async writeStates(values: readonly (Float32Array | Int32Array)[]): Promise<void> {
    const { states } = this.requireCompiled("going on");
    await giveNumbers(states, values, `what metrics ${this.model.describe()} has`);
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
}

/** An optimizer with the same settings and no slots; the same one when its class isn't registered. */
function copyOf(optimizer: Optimizer): Optimizer {
  return optimizers.names().includes(optimizer.className) ? resolveOptimizer(serialize(optimizer)) : optimizer;
}
