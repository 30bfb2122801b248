// Share of the labels' variance that predictions explain.

import { toTensor } from "../../graph/call.js";
import { requireOneOf, ShapeError, ValueError } from "../../graph/errors.js";
import { type Shape, showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { asFloats, matchRanks } from "../losses/numeric.js";
import {
  absolute,
  add,
  broadcastTo,
  divide,
  equal,
  expandDims,
  greater,
  mean,
  multiply,
  square,
  subtract,
  sum,
  where,
} from "../ops/index.js";
import { type Direction, Metric, type MetricOptions, type StateValues } from "./metric.js";

export interface R2ScoreOptions extends MetricOptions {
  /** How outputs are put together: null gives a vector. Default "uniform_average". */
  readonly classAggregation?: "uniform_average" | "variance_weighted_average" | null | undefined;
  /** Number of independent variables, for the adjusted score. Default 0: not adjusted. */
  readonly numRegressors?: number | undefined;
}

export class R2Score extends Metric {
  static override readonly settings: readonly string[] = ["class_aggregation", "num_regressors"];
  override readonly direction: Direction = "up";
  readonly classAggregation: "uniform_average" | "variance_weighted_average" | null;
  readonly numRegressors: number;
  private readonly samples: Weight;
  private sums: readonly Weight[] = [];

  /** Raises ValueError for an unknown aggregation or a negative number of regressors. */
  constructor(options: R2ScoreOptions = {}) {
    super(options, "r2_score");
    this.classAggregation = options.classAggregation === undefined ? "uniform_average" : options.classAggregation;
    this.numRegressors = options.numRegressors ?? 0;
    requireOneOf(`${this.name}: classAggregation`, this.classAggregation, [
      null,
      "uniform_average",
      "variance_weighted_average",
    ]);
    if (this.numRegressors < 0)
      throw new ValueError(`${this.name}: numRegressors must be at least 0, received ${this.numRegressors}`);
    this.samples = this.addState("num_samples", []);
  }

  protected override makeStates(yTrue: Shape, yPred: Shape): void {
    const width = yPred.at(-1);
    if (yPred.length !== 2 || yTrue.length > 2 || typeof width !== "number") {
      throw new ShapeError(
        `${this.name} expects labels and predictions [batch, width], received ${showShape(yTrue)} and ${showShape(yPred)}`,
      );
    }
    this.sums = ["squared_sum", "sum", "residual", "count"].map((name) => this.addState(name, [width]));
  }

  override update(labels: Tensor, predictions: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    const [yTrue, yPred] = matchRanks(asFloats(labels), asFloats(predictions));
    let weight = sampleWeight ? asFloats(sampleWeight) : toTensor(1);
    if (weight.rank === 1) weight = expandDims(weight, 1);
    weight = broadcastTo(weight, yTrue.shape as readonly number[]);
    const total = (x: Tensor): Tensor => sum(multiply(x, weight), { axis: 0 });
    const more = [total(square(yTrue)), total(yTrue), total(square(subtract(yTrue, yPred))), sum(weight, { axis: 0 })];
    // Keras counts values here, not rows, whatever their weights.
    const samples = toTensor(sizeOf(yTrue.shape as readonly number[]));
    return this.adding([[this.samples, samples], ...this.sums.map((state, i) => [state, more[i] as Tensor] as const)]);
  }

  override result(states?: StateValues): Tensor {
    const [squares, sums, residual, count] = this.sums.map((state) => this.valueOf(state, states)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const total = subtract(squares, multiply(sums, divide(sums, count)));
    const raw = subtract(1, divide(residual, total));
    // Labels without any variance would give an infinite score.
    const scores = where(equal(absolute(raw), Number.POSITIVE_INFINITY), 0, raw);
    return this.adjusted(this.aggregated(scores, total), states);
  }

  private aggregated(scores: Tensor, total: Tensor): Tensor {
    if (this.classAggregation === null) return scores;
    if (this.classAggregation === "uniform_average") return mean(scores);
    return divide(sum(multiply(total, scores)), sum(total));
  }

  /** Corrected for the number of regressors, once there are more samples than those. */
  private adjusted(score: Tensor, states: StateValues | undefined): Tensor {
    if (this.numRegressors === 0) return score;
    const samples = this.valueOf(this.samples, states);
    const rest = subtract(samples, this.numRegressors + 1);
    const isEnough = greater(rest, 0);
    const worse = divide(multiply(subtract(1, score), add(samples, -1)), where(isEnough, rest, 1));
    return where(isEnough, subtract(1, worse), score);
  }
}

/** 1 - Σ(y - p)² / Σ(y - mean y)²; labels and predictions [batch, width]. */
export const r2Score = (options?: R2ScoreOptions): R2Score => new R2Score(options);
