// Weighted harmonic mean of precision and recall by class.

import { requireOneOf, ShapeError, ValueError } from "../../graph/errors.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { asFloats, epsilon } from "../losses/numeric.js";
import {
  absolute,
  add,
  cast,
  divide,
  expandDims,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  multiply,
  subtract,
  sum,
} from "../ops/index.js";
import { type Direction, Metric, type MetricOptions, type StateValues } from "./metric.js";

export interface F1ScoreOptions extends MetricOptions {
  /** How classes are put together: null gives a vector. Default null. */
  readonly average?: "micro" | "macro" | "weighted" | null | undefined;
  /** A prediction above it is positive; null takes the largest of each sample. Default null. */
  readonly threshold?: number | null | undefined;
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** Weight of recall against precision. Default 1. */
  readonly beta?: number | undefined;
}

export class FBetaScore extends Metric {
  static override readonly settings: readonly string[] = ["average", "beta", "threshold"];
  override readonly direction: Direction = "up";
  readonly average: "micro" | "macro" | "weighted" | null;
  readonly beta: number;
  readonly threshold: number | null;
  private counts: readonly Weight[] = [];

  /** Raises ValueError for an unknown average, a beta that is not above 0 or a threshold outside of (0, 1]. */
  constructor(options: FBetaScoreOptions = {}, name = "fbeta_score") {
    super(options, name);
    this.average = options.average ?? null;
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? null;
    requireOneOf(`${this.name}: average`, this.average, [null, "micro", "macro", "weighted"]);
    if (!(this.beta > 0)) throw new ValueError(`${this.name}: beta must be above 0, received ${this.beta}`);
    if (this.threshold !== null && !(this.threshold > 0 && this.threshold <= 1)) {
      throw new ValueError(`${this.name}: the threshold must be above 0 and at most 1, received ${this.threshold}`);
    }
  }

  protected override makeStates(yTrue: Shape, yPred: Shape): void {
    const classes = yPred.at(-1);
    if (yTrue.length !== 2 || yPred.length !== 2 || typeof classes !== "number") {
      throw new ShapeError(
        `${this.name} expects labels and predictions [batch, classes], received ${showShape(yTrue)} and ${showShape(yPred)}`,
      );
    }
    const shape = this.average === "micro" ? [] : [classes];
    const names = ["true_positives", "false_positives", "false_negatives", "intermediate_weights"];
    this.counts = names.map((name) => this.addState(name, shape));
  }

  override update(labels: Tensor, predictions: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    const yTrue = asFloats(labels);
    const yPred = asFloats(predictions);
    const chosen = this.threshold === null ? isLargest(yPred) : greater(yPred, this.threshold);
    const positive = cast(chosen, "float32");
    const weight =
      sampleWeight &&
      (sampleWeight.rank < yTrue.rank ? expandDims(asFloats(sampleWeight), -1) : asFloats(sampleWeight));
    const total = (x: Tensor): Tensor =>
      sum(weight ? multiply(x, weight) : x, { axis: this.average === "micro" ? null : 0 });
    const more = [
      total(multiply(positive, yTrue)),
      total(multiply(positive, subtract(1, yTrue))),
      total(multiply(subtract(1, positive), yTrue)),
      total(yTrue),
    ];
    return this.adding(this.counts.map((state, i) => [state, more[i] as Tensor]));
  }

  override result(states?: StateValues): Tensor {
    const [tp, fp, fn, support] = this.counts.map((state) => this.valueOf(state, states)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const share = (misses: Tensor): Tensor => divide(tp, add(add(tp, misses), epsilon));
    const [precision, recall] = [share(fp), share(fn)];
    const square = this.beta * this.beta;
    const both = divide(multiply(precision, recall), add(add(multiply(square, precision), recall), epsilon));
    const score = multiply(both, 1 + square);
    if (this.average === null) return score;
    if (this.average !== "weighted") return mean(score);
    return sum(multiply(score, divide(support, add(sum(support), epsilon))));
  }
}

/** Where a prediction is the largest of its sample, and not 0. */
const isLargest = (yPred: Tensor): Tensor =>
  logicalAnd(greaterEqual(yPred, max(yPred, { axis: -1, keepdims: true })), greater(absolute(yPred), 1e-9));

export class F1Score extends FBetaScore {
  static override readonly settings: readonly string[] = ["average", "threshold"];

  constructor(options: F1ScoreOptions = {}) {
    super({ ...options, beta: 1 }, "f1_score");
  }
}

/** (1 + beta²)·precision·recall / (beta²·precision + recall); labels and predictions [batch, classes]. */
export const fBetaScore = (options?: FBetaScoreOptions): FBetaScore => new FBetaScore(options);
/** Harmonic mean of precision and recall; labels and predictions [batch, classes]. */
export const f1Score = (options?: F1ScoreOptions): F1Score => new F1Score(options);
