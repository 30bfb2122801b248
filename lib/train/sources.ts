// Where the batches of fit and evaluate come from: arrays, iterables, a share held back for validation.

import { ValueError } from "../graph/errors.js";
import { inTurns, type Work } from "../graph/turns.js";
import { type Batch, type BatchSource, fromIterable, fromSamples, unpack } from "./batches.js";
import { checkNumbers } from "./checks.js";
import {
  type BatchItem,
  type DataSource,
  type DataStructure,
  isBatches,
  type Samples,
  type TargetUse,
  toSamples,
} from "./data.js";
import type { BatchOptions, FitOptions, ValidationData } from "./fit.js";
import type { AnyModel } from "./training.js";

export const defaultBatch = 32;

/** Data as samples, once their numbers have been looked at. */
export const samplesOf = (...given: Parameters<typeof toSamples>): Promise<Samples> => inTurns(checked(...given));

function* checked(...given: Parameters<typeof toSamples>): Work<Samples> {
  const samples = yield* toSamples(...given);
  yield* checkNumbers(given[0], samples);
  return samples;
}

/** Whole number from 1 on, or ValueError. */
export function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ValueError(`${name} must be a whole number from 1, received ${value}`);
}

/** The samples before and after the point that validationSplit names. */
export function splitSamples(samples: Samples, share: number): [Samples, Samples] {
  if (!(share > 0 && share < 1)) throw new ValueError(`validationSplit must be between 0 and 1, received ${share}`);
  const at = Math.floor(samples.length * (1 - share));
  if (at === 0 || at === samples.length) {
    throw new ValueError(
      `validationSplit ${share} of ${samples.length} samples leaves ${at === 0 ? "nothing to train on" : "nothing to validate with"}`,
    );
  }
  const cut = (start: number, end: number): Samples => ({
    length: end - start,
    inputs: samples.inputs.map((column) => column.rows(start, end)),
    targets: samples.targets.map((column) => column?.rows(start, end) ?? null),
    weights: samples.weights.map((column) => column?.rows(start, end) ?? null),
  });
  return [cut(0, at), cut(at, samples.length)];
}

/** Batches that an iterable yields as `[x, y, sampleWeight?]`. */
export function fromBatches(
  model: AnyModel,
  x: DataSource,
  use: TargetUse,
  { classWeight }: BatchOptions,
  steps: number | null,
): BatchSource {
  const toBatch = async (item: BatchItem): Promise<Samples> => {
    const { x: inputs, y, sampleWeight } = unpack(item);
    return samplesOf(model, inputs, y, use, { sampleWeight, classWeight });
  };
  return fromIterable(x, toBatch, steps);
}

async function validationSource(
  model: AnyModel,
  data: ValidationData,
  use: TargetUse,
  batchSize: number | undefined,
  steps: number | undefined,
): Promise<BatchSource> {
  if (isBatches(data as DataSource))
    return fromBatches(model, data as DataSource, use, {}, stepsOf("validationSteps", steps));
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw new ValueError("validationData is [x, y] or [x, y, sampleWeight]");
  }
  const [x, y, sampleWeight] = data as readonly DataStructure[];
  const samples = await samplesOf(model, x as DataStructure, y, use, { sampleWeight });
  return inSteps(samples, batchSize, "validationSteps", steps);
}

/** What fit trains on and validates with. */
export interface FitSources {
  readonly source: BatchSource;
  readonly validation: BatchSource | null;
  /** Null where batches come as they are. */
  readonly batchSize: number | null;
}

/** Checks data and options, and cuts them into batches. */
export async function fitSources(
  model: AnyModel,
  x: DataSource,
  y: DataStructure | undefined,
  use: TargetUse,
  options: FitOptions,
): Promise<FitSources> {
  checkCounts(options);
  const { batchSize, validationData, validationSplit, stepsPerEpoch, validationSteps } = options;
  const validationBatch = options.validationBatchSize ?? batchSize;
  const given = validationData
    ? await validationSource(model, validationData, use, validationBatch, validationSteps)
    : null;
  if (isBatches(x)) {
    if (validationSplit) {
      throw new ValueError("validationSplit needs all data at once", { hint: "pass validationData instead" });
    }
    const source = fromBatches(model, x, use, options, stepsOf("stepsPerEpoch", stepsPerEpoch));
    return { source, validation: given, batchSize: null };
  }
  const samples = await samplesOf(model, x, y, use, options);
  const [kept, held] = validationSplit && !given ? splitSamples(samples, validationSplit) : [samples, null];
  // Classes weigh in training only.
  const unweighted = held && options.classWeight ? { ...held, weights: held.weights.map(() => null) } : held;
  const source = inSteps(kept, batchSize, "stepsPerEpoch", stepsPerEpoch);
  return {
    source,
    validation: unweighted ? inSteps(unweighted, validationBatch, "validationSteps", validationSteps) : given,
    batchSize: batchSizeFor(kept.length, batchSize, stepsPerEpoch),
  };
}

function checkCounts({ epochs = 1, validationBatchSize, validationFreq = 1 }: FitOptions): void {
  positive("epochs", epochs);
  if (validationBatchSize !== undefined) positive("validationBatchSize", validationBatchSize);
  for (const epoch of [validationFreq].flat()) positive("validationFreq", epoch as number);
}

/** A number of steps that was given; null for none. */
export const stepsOf = (name: string, steps: number | undefined): number | null =>
  steps === undefined ? null : positive(name, steps);

/** What was given; else what makes so many steps of the samples, or 32. */
function batchSizeFor(samples: number, given: number | undefined, steps: number | undefined): number {
  return positive("batchSize", given ?? (steps === undefined ? defaultBatch : Math.ceil(samples / steps)));
}

/** Batches out of samples: all of them, or `steps` in a pass, called `name`. */
export function inSteps(
  samples: Samples,
  batchSize: number | undefined,
  name: string,
  steps: number | undefined,
): BatchSource {
  const wanted = stepsOf(name, steps);
  const all = fromSamples(samples, batchSizeFor(samples.length, batchSize, steps));
  if (wanted === null) return all;
  return passesOf(all, wanted, name === "stepsPerEpoch");
}

/**
 * Passes of `steps` batches, each from the first on or from where the one before ended. The pass in which data ends is shorter, as in
 * Keras.
 */
function passesOf(source: BatchSource, steps: number, goesOn: boolean): BatchSource {
  let ongoing: AsyncIterator<Batch> | null = null;
  const all = source.steps ?? Number.POSITIVE_INFINITY;
  let left = 0;
  const start = (seed: number | null, from: number): void => {
    ongoing = source.open(seed, from)[Symbol.asyncIterator]();
    left = all - from;
  };
  return {
    steps,
    samples: source.samples,
    skip(seeds) {
      let last: number | null = null;
      for (const seed of seeds) {
        if (left === 0) [last, left] = [seed, all];
        left = Math.max(0, left - steps);
      }
      if (left > 0) start(last, all - left);
    },
    async *open(seed, from = 0) {
      if (!goesOn || left === 0) start(seed, 0);
      for (let step = 0; step < from; step++, left--) await ongoing?.next();
      for (let step = from; step < steps; step++, left--) {
        const next = left > 0 ? await ongoing?.next() : null;
        if (!next || next.done) {
          console.warn(`the data ended after ${step} of ${steps} batches`);
          return;
        }
        yield next.value;
      }
    },
  };
}
