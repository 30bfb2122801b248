// Losses as metrics: the mean of their values over all samples so far.

import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { type BinaryCrossentropyOptions, binaryCrossentropy } from "../losses/binaryCrossentropy.js";
import { type CategoricalCrossentropyOptions, categoricalCrossentropy } from "../losses/categoricalCrossentropy.js";
import { categoricalHinge } from "../losses/categoricalHinge.js";
import { cosineOf } from "../losses/cosineSimilarity.js";
import { hinge } from "../losses/hinge.js";
import { klDivergence } from "../losses/klDivergence.js";
import { logCosh } from "../losses/logCosh.js";
import type { Loss } from "../losses/loss.js";
import { meanAbsoluteError } from "../losses/meanAbsoluteError.js";
import { meanAbsolutePercentageError } from "../losses/meanAbsolutePercentageError.js";
import { meanSquaredError } from "../losses/meanSquaredError.js";
import { meanSquaredLogarithmicError } from "../losses/meanSquaredLogarithmicError.js";
import { asFloats, matchRanks } from "../losses/numeric.js";
import { poisson } from "../losses/poisson.js";
import {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "../losses/sparseCategoricalCrossentropy.js";
import { squaredHinge } from "../losses/squaredHinge.js";
import { Mean, MeanMetric } from "./mean.js";
import type { Direction, MetricOptions } from "./metric.js";

/** The values of a loss by sample, as a metric. */
export class LossMetric extends MeanMetric {
  override readonly direction: Direction = "down";

  constructor(loss: Loss, options: MetricOptions = {}, name: string = loss.name) {
    super((yTrue, yPred) => loss.values(yTrue, yPred), options, name);
  }
}

/** A loss that the user made, as a metric: what it reduces each batch to, its own masks and ignored classes among it, averaged. */
export class LossObjectMetric extends Mean {
  override readonly direction: Direction = "down";
  private readonly loss: Loss;

  constructor(loss: Loss) {
    super({}, loss.name);
    this.loss = loss;
  }

  override update(
    yTrue: Tensor,
    yPred: Tensor,
    sampleWeight?: Tensor,
    mask: Tensor | undefined = yPred.mask,
  ): Map<Weight, Tensor> {
    return this.addValues(this.loss.call(yTrue, yPred, sampleWeight, mask), undefined);
  }
}

export class MeanSquaredError extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(meanSquaredError(), options);
  }
}

export class MeanAbsoluteError extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(meanAbsoluteError(), options);
  }
}

export class MeanAbsolutePercentageError extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(meanAbsolutePercentageError(), options);
  }
}

export class MeanSquaredLogarithmicError extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(meanSquaredLogarithmicError(), options);
  }
}

export class LogCoshError extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(logCosh(), options, "logcosh");
  }
}

export class Hinge extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(hinge(), options);
  }
}

export class SquaredHinge extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(squaredHinge(), options);
  }
}

export class CategoricalHinge extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(categoricalHinge(), options);
  }
}

export class KLDivergence extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(klDivergence(), options);
  }
}

export class Poisson extends LossMetric {
  constructor(options: MetricOptions = {}) {
    super(poisson(), options);
  }
}

type BinaryCrossentropyMetricOptions = MetricOptions & Pick<BinaryCrossentropyOptions, "fromLogits" | "labelSmoothing">;

export class BinaryCrossentropy extends LossMetric {
  static override readonly settings: readonly string[] = ["from_logits", "label_smoothing"];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;

  constructor(options: BinaryCrossentropyMetricOptions = {}) {
    const loss = binaryCrossentropy(options);
    super(loss, options);
    this.fromLogits = loss.fromLogits;
    this.labelSmoothing = loss.labelSmoothing;
  }
}

type CategoricalCrossentropyMetricOptions = MetricOptions & Omit<CategoricalCrossentropyOptions, "reduction">;

export class CategoricalCrossentropy extends LossMetric {
  static override readonly settings: readonly string[] = ["from_logits", "label_smoothing", "axis"];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: CategoricalCrossentropyMetricOptions = {}) {
    const loss = categoricalCrossentropy(options);
    super(loss, options);
    this.fromLogits = loss.fromLogits;
    this.labelSmoothing = loss.labelSmoothing;
    this.axis = loss.axis;
  }
}

type SparseCategoricalCrossentropyMetricOptions = MetricOptions &
  Omit<SparseCategoricalCrossentropyOptions, "reduction">;

export class SparseCategoricalCrossentropy extends LossMetric {
  static override readonly settings: readonly string[] = ["from_logits", "ignore_class", "axis"];
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: SparseCategoricalCrossentropyMetricOptions = {}) {
    const loss = sparseCategoricalCrossentropy(options);
    super(loss, options);
    this.fromLogits = loss.fromLogits;
    this.ignoreClass = loss.ignoreClass;
    this.axis = loss.axis;
  }
}

export interface CosineSimilarityMetricOptions extends MetricOptions {
  /** The axis of the vectors. Default -1. */
  readonly axis?: number | undefined;
}

/** Mean cosine between labels and predictions; unlike the loss, 1 means agreement. */
export class CosineSimilarity extends MeanMetric {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly direction: Direction = "up";
  readonly axis: number;

  constructor(options: CosineSimilarityMetricOptions = {}) {
    const axis = options.axis ?? -1;
    super(
      (yTrue, yPred) => cosineOf(...matchRanks(asFloats(yTrue), asFloats(yPred)), axis),
      options,
      "cosine_similarity",
    );
    this.axis = axis;
  }
}
