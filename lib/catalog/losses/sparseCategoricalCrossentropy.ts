// Crossentropy between class numbers and a distribution over classes.

import { ValueError } from "../../graph/errors.js";
import { normalizeAxis, type Shape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, expandDims, multiply, negative, notEqual, oneHot, squeeze, sum, where } from "../ops/index.js";
import { logProbabilities } from "./categoricalCrossentropy.js";
import { type Labels, Loss, type LossOptions, labelShapeError } from "./loss.js";
import { asFloats } from "./numeric.js";

export interface SparseCategoricalCrossentropyOptions extends LossOptions {
  /** True when predictions are logits (no softmax at the end of the model). Default false. */
  readonly fromLogits?: boolean | undefined;
  /** A class number whose samples don't count (padding). Default none. */
  readonly ignoreClass?: number | null | undefined;
  /** The axis of the classes. Default -1. */
  readonly axis?: number | undefined;
}

export class SparseCategoricalCrossentropy extends Loss {
  static override readonly settings: readonly string[] = ["from_logits", "ignore_class", "axis"];
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    super("sparse_categorical_crossentropy", options);
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }

  // Labels are numbers of classes: their rank is one less than that of the predictions, and they stay integers.
  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(cast(yTrue, "int32"), asFloats(yPred));
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const axis = normalizeAxis(this.axis, yPred.rank);
    const labels = yTrue.rank === yPred.rank && yTrue.shape[axis] === 1 ? squeeze(yTrue, axis) : yTrue;
    const classes = yPred.shape[axis] as number;
    const crossentropy = (numbers: Tensor, predictions: Tensor): Tensor => {
      const picked = multiply(oneHot(numbers, classes, { axis }), logProbabilities(predictions, this.fromLogits, axis));
      return negative(sum(picked, { axis }));
    };
    if (this.ignoreClass === null) return crossentropy(labels, yPred);
    const counts = notEqual(labels, this.ignoreClass);
    const kept = crossentropy(where(counts, labels, 0), where(expandDims(counts, axis), yPred, 0));
    return where(counts, kept, 0).withMask(counts);
  }

  // The axis is young in Keras: it is written only where it matters, so that older versions read the rest.
  override getConfig(): Record<string, unknown> {
    const { axis, ...config } = super.getConfig();
    return axis === -1 ? config : { ...config, axis };
  }

  override checkLabels(labels: Labels, outputShape: Shape, output = "the model"): void {
    const axis = normalizeAxis(this.axis, outputShape.length);
    const expected = outputShape.filter((_, i) => i !== axis);
    const given =
      labels.shape.length === outputShape.length && labels.shape[axis] === 1
        ? labels.shape.filter((_, i) => i !== axis)
        : labels.shape;
    const fits =
      given.length === expected.length &&
      given.every((size, i) => i === 0 || expected[i] === null || expected[i] === size);
    const classes = outputShape[axis] as number;
    if (!fits) {
      const isOneHot = labels.shape.length === outputShape.length && labels.shape[axis] === classes;
      const hint = isOneHot
        ? 'for one-hot labels use "categorical_crossentropy"'
        : "give one class number per prediction";
      throw labelShapeError(this, labels, expected, output, hint);
    }
    for (let i = 0; i < labels.data.length; i++) {
      const label = labels.data[i] as number;
      if ((Number.isInteger(label) && label >= 0 && label < classes) || label === this.ignoreClass) continue;
      const sample = (labels.first ?? 0) + Math.floor(i / sizeOf(labels.shape.slice(1)));
      throw new ValueError(
        `${this.name} expects class numbers from 0 to ${classes - 1} for ${output}, received ${label} at sample ${sample}`,
        {
          hint: `number the classes from 0, or give the last layer more than ${classes} units`,
        },
      );
    }
  }
}

/**
 * Crossentropy for one of several classes, with labels as class numbers [batch, …] (or [batch, …, 1]); predictions are probabilities
 * (or logits with `fromLogits`) [batch, …, classes].
 *
 * @example
 * m.compile({ optimizer: "adam", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: 0 }) });
 */
export const sparseCategoricalCrossentropy = (
  options?: SparseCategoricalCrossentropyOptions,
): SparseCategoricalCrossentropy => new SparseCategoricalCrossentropy(options);
