// Where the batches of fit and evaluate come from: arrays, iterables, a share held back for validation.

import { ValueError } from "../graph/errors.js";
import { inTurns, type Work } from "../graph/turns.js";
import { type BatchSource, fromIterable, fromSamples, unpack } from "./batches.js";
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
  batchSize: number,
  steps: number | null,
): Promise<BatchSource> {
  if (isBatches(data as DataSource)) return fromBatches(model, data as DataSource, use, {}, steps);
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw new ValueError("validationData is [x, y] or [x, y, sampleWeight]");
  }
  const [x, y, sampleWeight] = data as readonly DataStructure[];
  return fromSamples(await samplesOf(model, x as DataStructure, y, use, { sampleWeight }), batchSize);
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
  const batchSize = positive("batchSize", options.batchSize ?? defaultBatch);
  positive("epochs", options.epochs ?? 1);
  const validationBatch = positive("validationBatchSize", options.validationBatchSize ?? batchSize);
  const { validationData, validationSplit, stepsPerEpoch, validationSteps = null } = options;
  const given = validationData
    ? await validationSource(model, validationData, use, validationBatch, validationSteps)
    : null;
  if (isBatches(x)) {
    if (validationSplit) {
      throw new ValueError("validationSplit needs all data at once", { hint: "pass validationData instead" });
    }
    return { source: fromBatches(model, x, use, options, stepsPerEpoch ?? null), validation: given, batchSize: null };
  }
  const samples = await samplesOf(model, x, y, use, options);
  const [kept, held] = validationSplit && !given ? splitSamples(samples, validationSplit) : [samples, null];
  const source = fromSamples(kept, batchSize);
  return {
    source: stepsPerEpoch === undefined ? source : limited(source, stepsPerEpoch),
    validation: held ? fromSamples(held, validationBatch) : given,
    batchSize,
  };
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
