// What callbacks are: hooks that fit calls as training goes on.

/** Losses and metrics by name; running means since the epoch began. Hooks may add entries. */
export type Logs = Record<string, number>;

/** What a callback may ask of the model that is trained. */
export interface TrainedModel {
  readonly name: string;
  /** Set to true to end training after this step. */
  stopTraining: boolean;
  getWeights(): Promise<readonly unknown[]>;
  setWeights(values: readonly unknown[]): Promise<void>;
  /** Whether a log entry should grow or fall as training goes well; null when nobody said. */
  directionOf(entry: string): "up" | "down" | null;
  getLearningRate(): Promise<number>;
  setLearningRate(rate: number): Promise<void>;
  /** Writes the model to a ".keras" file. */
  save(path: string): Promise<unknown>;
  /** Writes its weights alone. */
  saveWeights(path: string): Promise<unknown>;
  /** Writes all that training needs to go on: the model, the optimizer's states, random states and `place`. */
  saveTraining(path: string, place: TrainingPlace): Promise<unknown>;
  /** Takes all that from a file that `saveTraining` wrote for the same model. */
  loadTraining(path: string): Promise<TrainingPlace>;
}

/** Where training goes on. */
export interface TrainingPlace {
  /** The next epoch, or the one that is under way, counted from 0. */
  readonly epoch: number;
  /** What the order of samples follows from. */
  readonly seed: number;
  /** Batches of the epoch that are done. Default 0. */
  readonly batch?: number | undefined;
  /** Losses and metrics over those batches. */
  readonly logs?: Logs | undefined;
  /** What these are computed from; `saveTraining` knows it by itself. */
  readonly states?: readonly (Float32Array | Int32Array)[] | undefined;
}

/** Facts about a run. */
export interface TrainingParams {
  readonly epochs: number;
  /** Batches in an epoch; null while unknown (a generator). */
  readonly steps: number | null;
  readonly samples: number | null;
  readonly batchSize: number | null;
  readonly verbose: number;
  /** What the order of samples follows from. */
  readonly seed?: number;
  /** Aborted when the caller or an interrupt ends training. */
  readonly signal?: AbortSignal;
}

/** The hooks; a plain object with some of them is a callback too. Each may be asynchronous. */
export interface CallbackHooks {
  setModel?(model: TrainedModel): void;
  setParams?(params: TrainingParams): void;
  onTrainBegin?(logs: Logs): unknown;
  onTrainEnd?(logs: Logs): unknown;
  /** Instead of `onTrainEnd`, when something throws while training. */
  onTrainError?(error: unknown): unknown;
  onEpochBegin?(epoch: number, logs: Logs): unknown;
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  /** With `onBatchBegin` or `onBatchEnd`, steps are handed to the workers one at a time. */
  onBatchBegin?(batch: number, logs: Logs): unknown;
  onBatchEnd?(batch: number, logs: Logs): unknown;
  onTestBegin?(logs: Logs): unknown;
  onTestEnd?(logs: Logs): unknown;
  /** Set in `onTrainBegin`: training goes on from there rather than from its beginning. */
  readonly resume?: TrainingPlace | null;
  /** Set to true to end training after this step. */
  stopTraining?: boolean;
  /** False: `onBatchEnd` is content to come late, for several batches in a row. */
  readonly everyBatch?: boolean;
  /** True: every step also looks for values that aren't finite, and `onNonFinite` is told where. */
  readonly watchesFinite?: boolean;
  /** The place ("output of dense") where the first value that isn't finite was seen. */
  onNonFinite?(batch: number, place: string): unknown;
}

/**
 * Base of callbacks. Override what you need; set `this.stopTraining = true` to end training after the present step.
 *
 * @example
 * class Beep extends Callback { override onEpochEnd() { process.stdout.write("\x07"); } }
 */
// The interface above gives instances their optional methods.
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: all methods are optional
export abstract class Callback implements CallbackHooks {
  model!: TrainedModel;
  params!: TrainingParams;
  stopTraining = false;

  setModel(model: TrainedModel): void {
    this.model = model;
  }

  setParams(params: TrainingParams): void {
    this.params = params;
  }

  onTrainBegin(_logs: Logs): unknown {
    return undefined;
  }

  onTrainEnd(_logs: Logs): unknown {
    return undefined;
  }

  onEpochBegin(_epoch: number, _logs: Logs): unknown {
    return undefined;
  }

  onEpochEnd(_epoch: number, _logs: Logs): unknown {
    return undefined;
  }

  onTestBegin(_logs: Logs): unknown {
    return undefined;
  }

  onTestEnd(_logs: Logs): unknown {
    return undefined;
  }
}

// Declared only: a method here would make every callback ask for every batch.
export interface Callback {
  onBatchBegin?(batch: number, logs: Logs): unknown;
  onBatchEnd?(batch: number, logs: Logs): unknown;
  onTrainError?(error: unknown): unknown;
}
