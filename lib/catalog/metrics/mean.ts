// Weighted means and sums over all samples so far, and the metrics that are the mean of a function of labels and predictions.

import { toTensor } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { asFloats, divideNoNan, matchRanks } from "../losses/numeric.js";
import { applyMask } from "../losses/weighting.js";
import { broadcastTo, mean, multiply, sum } from "../ops/index.js";
import { Metric, type MetricOptions, type StateValues } from "./metric.js";

const sizes = (x: Tensor): readonly number[] => x.shape as readonly number[];
const axesFrom = (first: number, rank: number): number[] => Array.from({ length: rank - first }, (_, i) => first + i);

/**
 * One weighted value per sample, and the weights: values beyond the weights' rank are reduced first, so that one weight per sample
 * weighs the mean (or sum) of the sample's values.
 */
export function bySample(
  raw: Tensor,
  sampleWeight: Tensor | undefined,
  reduce: typeof mean,
): { readonly values: Tensor; readonly weights: Tensor | undefined } {
  let values = asFloats(raw);
  let weights = applyMask(sampleWeight, raw.mask && sampleWeight ? raw.mask : undefined, "sum");
  if (weights) {
    [values, weights] = matchRanks(values, weights);
    if (values.rank > weights.rank) values = reduce(values, { axis: axesFrom(weights.rank, values.rank) });
    weights = broadcastTo(weights, sizes(values));
    values = multiply(values, weights);
    if (weights.rank > 1) weights = reduce(weights, { axis: axesFrom(1, weights.rank) });
  }
  if (values.rank > 1) values = reduce(values, { axis: axesFrom(1, values.rank) });
  return { values, weights };
}

/** Sum of all values so far. */
export class Sum extends Metric {
  private readonly total: Weight;

  constructor(options: MetricOptions = {}) {
    super(options, "sum");
    this.total = this.addState("total", []);
  }

  /** `yPred` are the values when labels are absent: `update(values)` as in Keras works too. */
  override update(yTrue: Tensor, yPred?: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    return this.adding([[this.total, sum(bySample(yPred ?? yTrue, sampleWeight, sum).values)]]);
  }

  override result(states?: StateValues): Tensor {
    return this.valueOf(this.total, states);
  }
}

/** Weighted mean of all values so far; 0 before the first. */
export class Mean extends Metric {
  protected readonly total: Weight;
  protected readonly count: Weight;

  constructor(options: MetricOptions = {}, name = "mean") {
    super(options, name);
    this.total = this.addState("total", []);
    this.count = this.addState("count", []);
  }

  /** `yPred` are the values when labels are absent: `update(values)` as in Keras works too. */
  override update(yTrue: Tensor, yPred?: Tensor, sampleWeight?: Tensor, _mask?: Tensor): Map<Weight, Tensor> {
    return this.addValues(yPred ?? yTrue, sampleWeight);
  }

  /** Adds values by sample. */
  protected addValues(raw: Tensor, sampleWeight: Tensor | undefined): Map<Weight, Tensor> {
    const { values, weights } = bySample(raw, sampleWeight, mean);
    const count = weights ? sum(weights) : countOf(values);
    return this.adding([
      [this.total, sum(values)],
      [this.count, count],
    ]);
  }

  override result(states?: StateValues): Tensor {
    return divideNoNan(this.valueOf(this.total, states), this.valueOf(this.count, states));
  }
}

const countOf = (values: Tensor): Tensor => toTensor(values.rank === 0 ? 1 : (values.shape[0] as number));

/** Values by sample (or finer) from labels and predictions. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Base of metrics that are the mean of a function; a plain function works too. */
export class MeanMetric extends Mean {
  private readonly compute: MetricFunction;

  constructor(compute: MetricFunction, options: MetricOptions = {}, name: string = compute.name || "metric") {
    super(options, name);
    this.compute = compute;
  }

  override update(
    yTrue: Tensor,
    yPred: Tensor,
    sampleWeight?: Tensor,
    mask: Tensor | undefined = yPred.mask,
  ): Map<Weight, Tensor> {
    return this.addValues(this.compute(yTrue, yPred), applyMask(sampleWeight, mask, "sum"));
  }
}

/** Mean of all values so far. */
export const meanMetric = (options?: MetricOptions): Mean => new Mean(options);
/** Sum of all values so far. */
export const sumMetric = (options?: MetricOptions): Sum => new Sum(options);
