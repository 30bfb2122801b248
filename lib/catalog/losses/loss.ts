// What all losses are: a function of labels and predictions to values by sample, and a reduction to the number that training minimizes.

import { requireOneOf, ShapeError } from "../../graph/errors.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { configOf } from "../config.js";
import { logicalAnd } from "../ops/index.js";
import { asFloats, matchRanks } from "./numeric.js";
import { type Reduction, reduceWeighted, reductions } from "./weighting.js";

/** Options that every loss takes. */
export interface LossOptions {
  readonly name?: string | undefined;
  /** How values by sample become one number. Default: the sum over the batch divided by its size. */
  readonly reduction?: Reduction | undefined;
}

/** A loss as a plain function: values by sample from labels and predictions. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Labels as they arrive, before any memory is taken. */
export interface Labels {
  /** Of all of them: the number of samples in front. */
  readonly shape: readonly number[];
  /** Numbers of some samples, of all unless `first` is given: large arrays are looked at in pieces. */
  readonly data: ArrayLike<number>;
  /** Which sample `data` begins with; 0 unless given. */
  readonly first?: number;
}

/**
 * Base of all losses. Extend it and say the values by sample in `fn`; weights, masks, reduction and gradients follow.
 *
 * @example
 * class Cubed extends Loss {
 *   override fn(yTrue: Tensor, yPred: Tensor) { return ops.mean(ops.power(ops.absolute(ops.subtract(yPred, yTrue)), 3), { axis: -1 }); }
 * }
 */
export abstract class Loss {
  /** Keras's names of the settings a subclass adds. */
  static readonly settings: readonly string[] = [];
  readonly name: string;
  readonly reduction: Reduction;

  /** Raises ValueError for an unknown reduction. */
  constructor(name: string, options: LossOptions = {}) {
    this.name = options.name ?? name;
    this.reduction = options.reduction === undefined ? "sum_over_batch_size" : options.reduction;
    requireOneOf(`${this.name}: reduction`, this.reduction, reductions);
  }

  /** Keras's name of the class. */
  get className(): string {
    return this.constructor.name;
  }

  /** Values by sample: [batch, …, width] twice → [batch, …]. Both arrive as float32, with ranks brought together. */
  abstract fn(yTrue: Tensor, yPred: Tensor): Tensor;

  /** `fn` on labels and predictions as a model has them: any dtype, ranks that differ by a last dimension of size 1. */
  values(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(...matchRanks(asFloats(yTrue), asFloats(yPred)));
  }

  /**
   * The loss as a graph: a scalar, or values by sample where the reduction is "none". `mask` is true where a value counts; by
   * default it is the one that the predictions carry. Raises ShapeError when weights or labels don't fit.
   */
  call(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor, mask: Tensor | undefined = yPred.mask): Tensor {
    const values = this.values(yTrue, yPred);
    return reduceWeighted(values, this.reduction, sampleWeight, bothMasks(mask, values.mask));
  }

  /**
   * Throws when these labels can't be compared with a model's output of `outputShape` (null in front: the batch). `output` names the
   * output in messages.
   */
  checkLabels(labels: Labels, outputShape: Shape, output = "the model"): void {
    if (!fitsOutput(labels.shape, outputShape)) throw labelShapeError(this, labels, outputShape, output);
  }

  /** The loss's settings in Keras's names. */
  getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      reduction: this.reduction,
      ...configOf(this, (this.constructor as typeof Loss).settings),
    };
  }

  toString(): string {
    return `${this.className} "${this.name}"`;
  }
}

/** The settings that `Loss` itself takes, in Keras's names. */
export const lossSettings: readonly string[] = ["name", "reduction"];

/** A plain function as a loss; its name becomes the loss's. */
export class FunctionLoss extends Loss {
  private readonly made: LossFunction;

  constructor(made: LossFunction, options: LossOptions = {}) {
    super(made.name || "loss", options);
    this.made = made;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.made(yTrue, yPred);
  }

  // A function knows itself what it does with labels of another shape.
  override checkLabels(): void {}
}

/** Where both masks are true; undefined when there is none. */
function bothMasks(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a && b ? logicalAnd(a, b) : (a ?? b);
}

/** Whether labels of this shape meet an output of that shape elementwise, where a last dimension of size 1 may be missing. */
export function fitsOutput(labels: readonly number[], output: Shape): boolean {
  const trim = (shape: Shape): Shape => (shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape);
  const agree = (a: Shape, b: Shape): boolean =>
    a.length === b.length && a.every((size, axis) => axis === 0 || b[axis] === null || size === b[axis]);
  return agree(labels, output) || (Math.abs(labels.length - output.length) === 1 && agree(trim(labels), trim(output)));
}

/** The error for labels of a shape that a loss can't compare with an output. */
export function labelShapeError(
  loss: Loss,
  labels: Labels,
  outputShape: Shape,
  output: string,
  hint?: string,
): ShapeError {
  const expected = showShape([null, ...outputShape.slice(1)]);
  return new ShapeError(
    `${loss.name} expects labels of shape ${expected} for ${output}, received ${showShape(labels.shape)}`,
    {
      hint: hint ?? `labels need one value for each of the output's; reshape them to ${expected}`,
    },
  );
}
