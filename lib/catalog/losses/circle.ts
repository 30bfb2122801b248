// Metric learning on pairs inside of a batch (Sun et al. 2020, https://arxiv.org/abs/2002.10857).

import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import {
  add,
  cast,
  equal,
  expandDims,
  greater,
  iota,
  logicalAnd,
  logicalNot,
  logSumExp,
  matmul,
  maximum,
  multiply,
  notEqual,
  reshape,
  softplus,
  subtract,
  transpose,
  where,
} from "../ops/index.js";
import { type Labels, Loss, type LossOptions, labelShapeError } from "./loss.js";
import { asFloats } from "./numeric.js";

export interface CircleOptions extends LossOptions {
  /** Scale of the similarities. Default 80. */
  readonly gamma?: number | undefined;
  /** How far pairs should lie apart. Default 0.4. */
  readonly margin?: number | undefined;
  /** Leaves out the pairs of a sample with itself. Default true. */
  readonly removeDiagonal?: boolean | undefined;
}

export class Circle extends Loss {
  static override readonly settings: readonly string[] = ["gamma", "margin", "remove_diagonal"];
  readonly gamma: number;
  readonly margin: number;
  readonly removeDiagonal: boolean;

  constructor(options: CircleOptions = {}) {
    super("circle", options);
    this.gamma = options.gamma ?? 80;
    this.margin = options.margin ?? 0.4;
    this.removeDiagonal = options.removeDiagonal ?? true;
  }

  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(cast(yTrue, "int32"), asFloats(yPred));
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const { gamma, margin } = this;
    const batch = yPred.shape[0] as number;
    const labels = reshape(yTrue, [batch]);
    const distance = maximum(subtract(1, matmul(yPred, transpose(yPred))), 0);
    const same = equal(expandDims(labels, 1), expandDims(labels, 0));
    const other = notEqual(iota([batch, batch], 0), iota([batch, batch], 1));
    const positive = this.removeDiagonal ? logicalAnd(same, other) : same;
    const negative = logicalNot(same);
    const positiveTerm = multiply(multiply(-gamma, add(margin, distance)), subtract(margin, distance));
    const negativeTerm = multiply(
      multiply(gamma, maximum(subtract(1 + margin, distance), 0)),
      subtract(1 - margin, distance),
    );
    // A number that vanishes in every sum, but whose differences stay finite where a row has no pair at all.
    const total = (pairs: Tensor, terms: Tensor): Tensor => logSumExp(where(pairs, terms, -1e30), { axis: 1 });
    const values = softplus(add(total(positive, positiveTerm), total(negative, negativeTerm)));
    return values.withMask(greater(values, 0));
  }

  override checkLabels(labels: Labels, outputShape: Shape, output = "the model"): void {
    const { shape } = labels;
    if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return;
    throw labelShapeError(this, labels, outputShape.slice(0, 1), output, "give one class number per sample");
  }
}

/** Circle loss: labels class numbers [batch], predictions embeddings of length 1 [batch, width] → [batch]. */
export const circle = (options?: CircleOptions): Circle => new Circle(options);
