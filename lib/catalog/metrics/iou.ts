// Intersection over union of classes, from a confusion matrix: for segmentation.

import { constant } from "../../graph/call.js";
import { requireList, ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { epsilon } from "../losses/numeric.js";
import {
  add,
  argmax,
  broadcastTo,
  cast,
  divide,
  equal,
  expandDims,
  gather,
  greater,
  greaterEqual,
  iota,
  matmul,
  multiply,
  notEqual,
  oneHot,
  reshape,
  subtract,
  sum,
  transpose,
  where,
} from "../ops/index.js";
import { type Direction, Metric, type MetricOptions, type StateValues } from "./metric.js";

export interface MeanIoUOptions extends MetricOptions {
  readonly numClasses: number;
  /** Samples with this label don't count. */
  readonly ignoreClass?: number | null | undefined;
  /** Whether labels are class numbers rather than one-hot. Default true. */
  readonly sparseYTrue?: boolean | undefined;
  /** Whether predictions are class numbers rather than scores by class. Default true. */
  readonly sparseYPred?: boolean | undefined;
  /** The axis of the classes. Default -1. */
  readonly axis?: number | undefined;
}

export interface IoUOptions extends MeanIoUOptions {
  /** The classes whose mean is the result. */
  readonly targetClassIds: readonly number[];
}

export class IoU extends Metric {
  static override readonly settings: readonly string[] = [
    "num_classes",
    "target_class_ids",
    "ignore_class",
    "sparse_y_true",
    "sparse_y_pred",
    "axis",
  ];
  override readonly direction: Direction = "up";
  readonly numClasses: number;
  readonly targetClassIds: readonly number[];
  readonly ignoreClass: number | null;
  readonly sparseYTrue: boolean;
  readonly sparseYPred: boolean;
  readonly axis: number;
  private readonly matrix: Weight;

  /** Raises ValueError for a target class that isn't one, or without a number of classes. */
  constructor(options: IoUOptions) {
    super(options);
    this.numClasses = options.numClasses;
    if (!(Number.isInteger(this.numClasses) && this.numClasses > 0))
      throw new ValueError(`${this.name}: numClasses must be a whole number from 1 on, received ${this.numClasses}`);
    this.targetClassIds = requireList(`${this.name}: targetClassIds`, options.targetClassIds);
    this.ignoreClass = options.ignoreClass ?? null;
    this.sparseYTrue = options.sparseYTrue ?? true;
    this.sparseYPred = options.sparseYPred ?? true;
    this.axis = options.axis ?? -1;
    const wrong = this.targetClassIds.find((id) => !(id >= 0 && id < this.numClasses));
    if (wrong !== undefined)
      throw new ValueError(`${this.name}: target classes go from 0 to ${this.numClasses - 1}, received ${wrong}`);
    this.matrix = this.addState("total_confusion_matrix", [this.numClasses, this.numClasses], "int32");
  }

  override update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    const labels = cast(reshape(this.sparseYTrue ? yTrue : argmax(yTrue, { axis: this.axis }), [-1]), "int32");
    const predictions = cast(reshape(this.sparseYPred ? yPred : argmax(yPred, { axis: this.axis }), [-1]), "int32");
    // Classes outside of the matrix are rows of zeros, and so count nowhere.
    let rows = oneHot(labels, this.numClasses);
    const weight = this.weights(labels, sampleWeight);
    if (weight) rows = multiply(rows, expandDims(weight, -1));
    const counts = matmul(transpose(rows), oneHot(predictions, this.numClasses));
    return this.adding([[this.matrix, cast(counts, "int32")]]);
  }

  /** Whole-numbered weights, as Keras counts in integers here. */
  private weights(labels: Tensor, sampleWeight: Tensor | undefined): Tensor | undefined {
    const size = labels.shape as readonly number[];
    const given = sampleWeight && broadcastTo(reshape(cast(cast(sampleWeight, "int32"), "float32"), [-1]), size);
    if (this.ignoreClass === null) return given;
    const counts = cast(notEqual(labels, this.ignoreClass), "float32");
    return given ? multiply(given, counts) : counts;
  }

  override result(states?: StateValues): Tensor {
    const matrix = cast(this.valueOf(this.matrix, states), "float32");
    const size = [this.numClasses, this.numClasses];
    const hits = sum(where(equal(iota(size, 0), iota(size, 1)), matrix, 0), { axis: 1 });
    const union = subtract(add(sum(matrix, { axis: 0 }), sum(matrix, { axis: 1 })), hits);
    const ids = constant({
      shape: [this.targetClassIds.length],
      dtype: "int32",
      data: Int32Array.from(this.targetClassIds),
    });
    const [own, all] = [gather(hits, ids), gather(union, ids)];
    const isSeen = greater(all, 1e-9);
    const scores = where(isSeen, divide(own, add(all, epsilon)), 0);
    return divide(sum(scores), add(sum(cast(isSeen, "float32")), epsilon));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dtype: "int32" };
  }
}

export interface BinaryIoUOptions extends MetricOptions {
  /** The classes whose mean is the result. Default [0, 1]. */
  readonly targetClassIds?: readonly number[] | undefined;
  /** A prediction from it on means 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

export class BinaryIoU extends IoU {
  static override readonly settings: readonly string[] = ["target_class_ids", "threshold"];
  readonly threshold: number;

  constructor(options: BinaryIoUOptions = {}) {
    super({ name: options.name, numClasses: 2, targetClassIds: options.targetClassIds ?? [0, 1] });
    this.threshold = options.threshold ?? 0.5;
  }

  override update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    return super.update(yTrue, cast(greaterEqual(yPred, this.threshold), "int32"), sampleWeight);
  }
}

const allClasses = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export class MeanIoU extends IoU {
  static override readonly settings: readonly string[] = [
    "num_classes",
    "ignore_class",
    "sparse_y_true",
    "sparse_y_pred",
    "axis",
  ];

  constructor(options: MeanIoUOptions) {
    super({ ...options, targetClassIds: allClasses(options.numClasses) });
  }
}

export class OneHotIoU extends IoU {
  static override readonly settings: readonly string[] = [
    "num_classes",
    "target_class_ids",
    "ignore_class",
    "sparse_y_pred",
    "axis",
  ];

  constructor(options: Omit<IoUOptions, "sparseYTrue">) {
    super({ ...options, sparseYTrue: false, sparseYPred: options.sparseYPred ?? false });
  }
}

export class OneHotMeanIoU extends MeanIoU {
  static override readonly settings: readonly string[] = ["num_classes", "ignore_class", "sparse_y_pred", "axis"];

  constructor(options: Omit<MeanIoUOptions, "sparseYTrue">) {
    super({ ...options, sparseYTrue: false, sparseYPred: options.sparseYPred ?? false });
  }
}

/** Mean of |y ∩ p| / |y ∪ p| over some classes; labels and predictions class numbers of one shape. */
export const iou = (
  numClasses: number,
  targetClassIds: readonly number[],
  options?: Omit<IoUOptions, "numClasses" | "targetClassIds">,
): IoU => new IoU({ ...options, numClasses, targetClassIds });
/** The same for yes-or-no decisions by a threshold. */
export const binaryIoU = (options?: BinaryIoUOptions): BinaryIoU => new BinaryIoU(options);
/** The same over all classes. */
export const meanIoU = (numClasses: number, options?: Omit<MeanIoUOptions, "numClasses">): MeanIoU =>
  new MeanIoU({ ...options, numClasses });
/** The same for one-hot labels and scores by class. */
export const oneHotIoU = (
  numClasses: number,
  targetClassIds: readonly number[],
  options?: Omit<IoUOptions, "numClasses" | "targetClassIds" | "sparseYTrue">,
): OneHotIoU => new OneHotIoU({ ...options, numClasses, targetClassIds });
/** The same for one-hot labels and scores by class, over all classes. */
export const oneHotMeanIoU = (
  numClasses: number,
  options?: Omit<MeanIoUOptions, "numClasses" | "sparseYTrue">,
): OneHotMeanIoU => new OneHotMeanIoU({ ...options, numClasses });
