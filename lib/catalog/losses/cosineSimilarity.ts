// Angle between labels and predictions.

import type { Tensor } from "../../graph/tensor.js";
import { multiply, negative, sum, unitVectors } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

export interface CosineSimilarityOptions extends LossOptions {
  /** The axis of the vectors. Default -1. */
  readonly axis?: number | undefined;
}

/** Cosine of the angle between vectors along `axis`. */
export const cosineOf = (yTrue: Tensor, yPred: Tensor, axis: number): Tensor =>
  sum(multiply(unitVectors(yTrue, axis), unitVectors(yPred, axis)), { axis });

export class CosineSimilarity extends Loss {
  static override readonly settings: readonly string[] = ["axis"];
  readonly axis: number;

  constructor(options: CosineSimilarityOptions = {}) {
    super("cosine_similarity", options);
    this.axis = options.axis ?? -1;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return negative(cosineOf(yTrue, yPred, this.axis));
  }
}

/** -cos of the angle between y and p along `axis`: -1 when they agree, 1 when they are opposite. */
export const cosineSimilarity = (options?: CosineSimilarityOptions): CosineSimilarity => new CosineSimilarity(options);
