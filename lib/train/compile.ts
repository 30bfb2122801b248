// What `compile` says, made definite: a loss, a weight and metrics for every output.

import { type LossLike, resolveLoss } from "../catalog/losses/index.js";
import type { Loss } from "../catalog/losses/loss.js";
import { type MetricLike, resolveMetric } from "../catalog/metrics/index.js";
import { Mean } from "../catalog/metrics/mean.js";
import type { Direction, Metric } from "../catalog/metrics/metric.js";
import { type OptimizerLike, resolveOptimizer } from "../catalog/optimizers/index.js";
import type { Optimizer } from "../catalog/optimizers/optimizer.js";
import { StateError, unknownName, ValueError } from "../graph/errors.js";
import { nextSeed } from "../graph/seed.js";
import { type Shape, sizeOf } from "../graph/shape.js";
import { atOnce, type Work } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import { Column } from "./column.js";
import type { TargetUse } from "./data.js";
import type { AnyModel } from "./training.js";

/** One for all outputs, a list in their order, or a record by output name. */
export type ByOutput<T> = T | readonly (T | null)[] | Readonly<Record<string, T | null>>;

export interface CompileOptions {
  /** Default "rmsprop". */
  readonly optimizer?: OptimizerLike;
  /** What training minimizes; null leaves an output alone. */
  readonly loss?: ByOutput<LossLike> | null;
  /** Factors of the losses in their sum, or of the only one. Default 1 each. */
  readonly lossWeights?: number | readonly number[] | Readonly<Record<string, number>> | null;
  /** What is reported besides. "accuracy" means what fits labels and output. */
  readonly metrics?: MetricsByOutput | null;
  /** Metrics that sample weights and class weights count for. */
  readonly weightedMetrics?: MetricsByOutput | null;
  /** Looks for values that aren't finite at every step, and raises an error that names the first layer with one. Default false. */
  readonly debug?: boolean;
}

/** Metrics of the one output, or by output in a list or a record. */
export type MetricsByOutput =
  | MetricLike
  | readonly (MetricLike | readonly MetricLike[] | null)[]
  | Readonly<Record<string, MetricLike | readonly MetricLike[] | null>>;

/** A metric with its place. */
export interface PlacedMetric {
  readonly name: string;
  readonly output: number;
  readonly weighted: boolean;
  readonly metric: Metric;
}

/** Losses and metrics once the shapes of labels are known. */
export interface Resolved {
  readonly losses: readonly (Loss | null)[];
  readonly metrics: readonly PlacedMetric[];
}

export class Compiled implements TargetUse {
  readonly optimizer: Optimizer;
  readonly options: CompileOptions;
  readonly lossWeights: readonly (number | null)[];
  /** Running mean of the whole loss. */
  readonly lossMean: Mean = new Mean({ name: "loss" });
  /** Running means of the losses by output, where there are several. */
  readonly outputMeans: readonly (Mean | null)[];
  /** Weights that training changes; fixed here, as in Keras. */
  readonly trainable: readonly Weight[];
  /** Base of the seeds of dropout. */
  seed: number = nextSeed();
  readonly needed: readonly boolean[];
  readonly #model: AnyModel;
  readonly #losses: readonly (LossLike | null)[];
  readonly #metrics: readonly (readonly MetricLike[])[];
  readonly #weighted: readonly (readonly MetricLike[])[];
  #resolved: Resolved | null = null;

  constructor(model: AnyModel, options: CompileOptions) {
    const names = model.outputNames;
    this.#model = model;
    this.options = options;
    this.optimizer = resolveOptimizer(options.optimizer ?? "rmsprop");
    this.#losses = lossesByOutput(options.loss ?? null, names);
    this.lossWeights = weightsByOutput(options.lossWeights ?? null, names);
    this.#metrics = metricsByOutput(options.metrics ?? null, names, "metrics");
    this.#weighted = metricsByOutput(options.weightedMetrics ?? null, names, "weightedMetrics");
    // Unknown names are found now, not when data comes; "crossentropy" has to wait for it.
    for (const loss of this.#losses) if (loss !== null && loss !== "crossentropy" && loss !== "ce") resolveLoss(loss);
    const several = this.#losses.filter((loss) => loss !== null).length > 1;
    this.outputMeans = this.#losses.map((loss, i) =>
      several && loss !== null ? new Mean({ name: `${names[i]}_loss` }) : null,
    );
    this.needed = names.map(
      (_, i) => this.#losses[i] !== null || (this.#metrics[i] ?? []).length + (this.#weighted[i] ?? []).length > 0,
    );
    this.trainable = model.trainableWeights;
  }

  /** Losses and metrics once labels came; null before. */
  get resolved(): Resolved | null {
    return this.#resolved;
  }

  /** Losses and metrics for labels of these shapes (samples in front); metrics keep what the first labels made of them. */
  resolve(targets: readonly (Shape | null)[]): Resolved {
    if (this.#resolved) return this.#resolved;
    const { outputs, outputNames } = this.#model;
    const shapeOf = (i: number): Shape => [null, ...(targets[i] ?? outputs[i]?.shape ?? []).slice(1)];
    const losses = this.#losses.map((loss, i) =>
      loss === null ? null : resolveLoss(loss, shapeOf(i), outputs[i]?.shape),
    );
    const metrics: PlacedMetric[] = [];
    const taken = new Set<string>();
    const place = (like: MetricLike, output: number, weighted: boolean): void => {
      const metric = resolveMetric(like, shapeOf(output), outputs[output]?.shape ?? []);
      const before = outputNames.length > 1 ? `${outputNames[output]}_` : "";
      const own = `${before}${metric.name}`;
      const base = weighted && taken.has(own) ? `${before}weighted_${metric.name}` : own;
      let name = base;
      for (let i = 1; taken.has(name); i++) name = `${base}_${i}`;
      taken.add(name);
      metrics.push({ name, output, weighted, metric });
    };
    this.#metrics.forEach((list, i) => {
      for (const like of list) place(like, i, false);
    });
    this.#weighted.forEach((list, i) => {
      for (const like of list) place(like, i, true);
    });
    this.#resolved = { losses, metrics };
    return this.#resolved;
  }

  *check(index: number, labels: Column): Work<void> {
    const loss = this.#losses[index];
    if (!loss) return;
    const output = this.#model.outputs[index];
    const shape = output?.shape ?? [];
    const resolved = resolveLoss(loss, [null, ...labels.shape.slice(1)], shape);
    for (const { data, first } of labels.blocks()) {
      resolved.checkLabels({ shape: labels.shape, data, first }, shape, `"${this.#model.outputNames[index]}"`);
      yield;
    }
  }

  /** A shape of labels that the loss accepts for an output of this shape: the same, or one number per row. */
  labelShape(index: number, output: readonly number[]): readonly number[] {
    try {
      const one = [1, ...output.slice(1)];
      atOnce(this.check(index, new Column("labels", one, new Float32Array(sizeOf(one)))));
      return output;
    } catch {
      return output.slice(0, -1);
    }
  }

  /** Whether a log entry ("loss", "val_accuracy") should grow or fall as training goes well; null when nobody said. */
  directionOf(entry: string): Direction {
    const name = entry.replace(/^val_/, "");
    if (name === "loss" || this.outputMeans.some((mean) => mean?.name === name)) return "down";
    const placed = (wanted: string): PlacedMetric | undefined =>
      this.#resolved?.metrics.find((metric) => metric.name === wanted);
    // Metrics by class or threshold number their entries.
    return (placed(name) ?? placed(name.replace(/_\d+$/, "")))?.metric.direction ?? null;
  }

  /** All states that logs come from. */
  get states(): readonly Weight[] {
    const means = [this.lossMean, ...this.outputMeans.filter((mean) => mean !== null)];
    return [...means, ...(this.#resolved?.metrics ?? []).map(({ metric }) => metric)].flatMap(
      (metric) => metric.states,
    );
  }

  /** Raises StateError when there is nothing to minimize. */
  requireLoss(added: number): void {
    if (added > 0 || this.#losses.some((loss) => loss !== null)) return;
    throw new StateError(`${this.#model.describe()} has no loss to train with`, {
      hint: 'compile({ loss: "mse", … })',
    });
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !("class_name" in value);

function byName<T>(record: Readonly<Record<string, T>>, names: readonly string[], what: string): (T | undefined)[] {
  for (const name of Object.keys(record))
    if (!names.includes(name)) throw unknownName(`output in ${what}`, name, names);
  return names.map((name) => record[name]);
}

function checkCount(list: readonly unknown[], names: readonly string[], what: string): void {
  if (list.length === names.length) return;
  throw new ValueError(`${what} has ${list.length} entries for ${names.length} outputs`, {
    notes: [`outputs: ${names.join(", ")}`],
  });
}

function lossesByOutput(loss: ByOutput<LossLike> | null, names: readonly string[]): (LossLike | null)[] {
  if (loss === null) return names.map(() => null);
  if (isRecord(loss))
    return byName(loss as Readonly<Record<string, LossLike | null>>, names, "loss").map((item) => item ?? null);
  if (!Array.isArray(loss)) return names.map(() => loss as LossLike);
  checkCount(loss, names, "loss");
  return loss.map((item: LossLike | null) => item ?? null);
}

function weightsByOutput(
  given: number | readonly number[] | Readonly<Record<string, number>> | null,
  names: readonly string[],
): (number | null)[] {
  if (given === null) return names.map(() => null);
  const weights = typeof given === "number" ? [given] : given;
  if (Array.isArray(weights)) checkCount(weights, names, "lossWeights");
  const list: readonly (number | undefined)[] = Array.isArray(weights)
    ? weights
    : byName(weights as Readonly<Record<string, number>>, names, "lossWeights");
  return list.map((weight) => weight ?? null);
}

function metricsByOutput(
  metrics: MetricsByOutput | null,
  names: readonly string[],
  what: string,
): (readonly MetricLike[])[] {
  const asList = (item: unknown): readonly MetricLike[] =>
    item === null || item === undefined ? [] : Array.isArray(item) ? item : [item as MetricLike];
  if (metrics === null) return names.map(() => []);
  if (isRecord(metrics)) return byName(metrics, names, what).map(asList);
  if (!Array.isArray(metrics)) return names.map(() => asList(metrics));
  if (names.length === 1) return [metrics.length === 1 ? asList(metrics[0]) : metrics.flatMap(asList)];
  if (metrics.length === 0) return names.map(() => []);
  checkCount(metrics, names, what);
  return metrics.map(asList);
}
