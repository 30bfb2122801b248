// Epochs: training batches, validation, callbacks.

import type { CallbackHooks, Logs, TrainingPlace } from "../catalog/callbacks/callback.js";
import { WeftError } from "../graph/errors.js";
import { mixSeed, nextSeed } from "../graph/seed.js";
import { notebook } from "../show/notebook.js";
import type { BatchSource } from "./batches.js";
import type { DataSource, DataStructure } from "./data.js";
import { History } from "./history.js";
import { Hooks } from "./hooks.js";
import { progressOf, type Verbose } from "./progress.js";
import { type Done, readLogs, readPlace, runBatches } from "./runner.js";
import type { Training } from "./training.js";

/** Weights of samples in training. */
export interface BatchOptions {
  /** One number per sample that its loss counts for. */
  readonly sampleWeight?: DataStructure | undefined;
  /** A factor for each class's samples, by class number. */
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
}

/** Options of one batch. */
export interface OnBatchOptions extends BatchOptions {
  /** False lets metrics run on from the batch before. Default true. */
  readonly resetMetrics?: boolean | undefined;
}

export interface EvaluateOptions {
  /** Default 32, or what makes `steps` of the data. */
  readonly batchSize?: number | undefined;
  readonly sampleWeight?: DataStructure | undefined;
  /** Batches to take; default all. */
  readonly steps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PredictOptions {
  /** Default 32, or what makes `steps` of the data. */
  readonly batchSize?: number | undefined;
  /** Batches to take; default all. */
  readonly steps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Data to validate with: arrays, or an iterable of batches. */
export type ValidationData = readonly [x: DataStructure, y: DataStructure, sampleWeight?: DataStructure] | DataSource;

export interface FitOptions extends BatchOptions {
  /** Passes over the data. Default 1. */
  readonly epochs?: number | undefined;
  /** Samples per step. Default 32, or what makes `stepsPerEpoch` of the data. */
  readonly batchSize?: number | undefined;
  /** New order in every epoch. Default true. */
  readonly shuffle?: boolean | undefined;
  /** Fixes the order. By default it follows from the process's seed. */
  readonly seed?: number | undefined;
  /** Share of the samples, taken from the end, to validate with. */
  readonly validationSplit?: number | undefined;
  readonly validationData?: ValidationData | undefined;
  /** Default: batchSize. */
  readonly validationBatchSize?: number | undefined;
  /** Batches to validate with, the first of the data; default all. */
  readonly validationSteps?: number | undefined;
  /** Validates every so many epochs, or after those of a list, counted from 1. Default 1. */
  readonly validationFreq?: number | readonly number[] | undefined;
  readonly callbacks?: readonly CallbackHooks[] | undefined;
  /** Number of the first epoch (to go on where another fit ended). Default 0. */
  readonly initialEpoch?: number | undefined;
  /** Batches in an epoch; the next epoch goes on where it ended. Needed for iterables that don't end. */
  readonly stepsPerEpoch?: number | undefined;
  /** "auto" (default) shows progress in a terminal or notebook; 0, 1 and 2 as in Keras. */
  readonly verbose?: Verbose | undefined;
  /** Ends training after the present step; weights are kept and the history returned. */
  readonly signal?: AbortSignal | undefined;
}

/** What fit needs besides its options. */
export interface FitPlan {
  readonly training: Training;
  readonly source: BatchSource;
  readonly validation: BatchSource | null;
  readonly batchSize: number | null;
  readonly options: FitOptions;
}

/** Runs all epochs, or those before the caller's signal or an interrupt of the notebook. */
export async function runEpochs(plan: FitPlan): Promise<History> {
  const outer = plan.options.signal;
  const either = new AbortController();
  const stop = (): void => either.abort();
  if (outer?.aborted) stop();
  outer?.addEventListener("abort", stop);
  const release = notebook.current?.onInterrupt(stop);
  try {
    return await runUntil(either.signal, plan);
  } finally {
    outer?.removeEventListener("abort", stop);
    release?.();
  }
}

async function runUntil(signal: AbortSignal, plan: FitPlan): Promise<History> {
  const { training, source, batchSize, options } = plan;
  const epochs = options.epochs ?? 1;
  const history = new History();
  const { level, callbacks: progress } = progressOf(options.verbose ?? "auto", { history, signal });
  const seed = options.seed ?? nextSeed();
  const { steps, samples } = source;
  const params = { epochs, steps, samples, batchSize, verbose: level, seed, signal };
  // The history comes last, so that it sees what other callbacks add to the logs.
  const hooks = new Hooks([...(options.callbacks ?? []), ...progress, history], training.trainedModel, params);
  try {
    await epochsOf(plan, hooks, signal, seed);
  } catch (error) {
    await hooks.fail(error);
    throw error;
  }
  return history;
}

async function epochsOf(plan: FitPlan, hooks: Hooks, signal: AbortSignal, ownSeed: number): Promise<void> {
  const { training, source, validation, options } = plan;
  const epochs = options.epochs ?? 1;
  await hooks.call("onTrainBegin", {});
  const begin = options.initialEpoch ?? 0;
  const place: TrainingPlace = hooks.resume ?? { epoch: begin, seed: ownSeed };
  const { epoch: first, seed } = place;
  const orderOf = (epoch: number): number | null => ((options.shuffle ?? true) ? mixSeed(seed, epoch) : null);
  if (first > begin) source.skip?.(Array.from({ length: first - begin }, (_, i) => orderOf(begin + i)));
  let logs: Logs = {};
  for (let epoch = first; epoch < epochs && !hooks.stopped && !signal.aborted; epoch++) {
    const from = epoch === first && place.batch ? place : null;
    await beginEpoch(training, hooks, epoch, from !== null);
    logs = await trainEpoch(plan, orderOf(epoch), from, hooks, () => hooks.stopped || signal.aborted);
    if (Object.keys(logs).length === 0) break;
    if (validation && isDue(epoch, options.validationFreq) && !signal.aborted) {
      await hooks.call("onTestBegin", {});
      const found = await training.measure(validation, signal);
      await hooks.call("onTestEnd", found);
      for (const [name, value] of Object.entries(found)) logs[`val_${name}`] = value;
      logs = inOrder(logs);
    }
    await hooks.call("onEpochEnd", epoch, logs);
  }
  await training.finalize();
  await hooks.call("onTrainEnd", logs);
}

/** Whether to validate after this epoch. */
const isDue = (epoch: number, freq: number | readonly number[] = 1): boolean =>
  typeof freq === "number" ? (epoch + 1) % freq === 0 : freq.includes(epoch + 1);

/** Keras's order of logs. */
const inOrder = (logs: Logs): Logs => Object.fromEntries(Object.entries(logs).sort(([a], [b]) => (a < b ? -1 : 1)));

/** An epoch that goes on has begun before: a callback that changed the learning rate then mustn't do so again. */
async function beginEpoch(training: Training, hooks: Hooks, epoch: number, goesOn: boolean): Promise<void> {
  const rate = goesOn && !training.hasSchedule ? await training.getLearningRate() : null;
  await hooks.call("onEpochBegin", epoch, {});
  if (rate !== null) await training.setLearningRate(rate);
}

/** The batches of an epoch, or those that are left of one that is resumed `from` somewhere. */
async function trainEpoch(
  { training, source }: FitPlan,
  shuffle: number | null,
  from: TrainingPlace | null,
  hooks: Hooks,
  stop: () => boolean,
): Promise<Logs> {
  const compiled = training.requireCompiled("fit");
  const debug = compiled.options.debug ?? false;
  const watch = debug || hooks.watchesFinite;
  let logs: Logs = from?.logs ?? {};
  const after = async (done: Done): Promise<void> => {
    for (let step = 0; step < done.batches.length; step++) {
      logs = readLogs(done, step);
      const place = watch ? readPlace(done, step) : null;
      if (place !== null && debug) {
        throw new WeftError(`${training.model.describe()}: ${place} is not finite at batch ${done.first + step}`, {
          hint: "lower the learning rate, clip gradients (clipnorm), or look for a division by or logarithm of 0",
        });
      }
      if (place !== null) await hooks.call("onNonFinite", done.first + step, place);
      await hooks.call("onBatchEnd", done.first + step, logs);
    }
  };
  await runBatches({
    kind: "train",
    programs: training.programs,
    compiled,
    batches: source.open(shuffle, from?.batch),
    strict: hooks.everyBatch,
    watch,
    startAnew: from === null,
    from: from?.batch,
    begin: async () => {
      if (from?.states) await training.writeStates(from.states);
    },
    before: (step) => hooks.call("onBatchBegin", step, {}),
    after,
    stop,
  });
  return { ...logs };
}
