// Embedding: a learned vector for every whole number.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, Weight, WeightFunction } from "../../graph/weight.js";
import { type ConstraintIdentifier, constraints } from "../constraints/index.js";
import { type InitializerIdentifier, initializers } from "../initializers/index.js";
import { cast, gather, notEqual } from "../ops/index.js";
import { type RegularizerIdentifier, regularizers } from "../regularizers/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { requirePositive } from "./base/checks.js";
import { bothMasks } from "./base/masks.js";

/** Options of `embedding`. */
export interface EmbeddingOptions extends LayerOptions {
  /** Default "uniform" between -0.05 and 0.05. */
  readonly embeddingsInitializer?: InitializerIdentifier | undefined;
  readonly embeddingsRegularizer?: RegularizerIdentifier | null | undefined;
  /** What outputs add to the loss, divided by the number of samples. */
  readonly activityRegularizer?: RegularizerIdentifier | null | undefined;
  readonly embeddingsConstraint?: ConstraintIdentifier | null | undefined;
  /** Index 0 means "nothing here": later layers skip it. Default false. */
  readonly maskZero?: boolean | undefined;
}

/** See `embedding`. */
export class Embedding extends CatalogLayer {
  static override readonly settings: readonly string[] = [
    "input_dim",
    "output_dim",
    "embeddings_initializer",
    "embeddings_regularizer",
    "activity_regularizer",
    "embeddings_constraint",
    "mask_zero",
  ];
  override readonly masking = "uses" as const;
  readonly inputDim: number;
  readonly outputDim: number;
  readonly maskZero: boolean;
  readonly embeddingsInitializer: Initializer;
  readonly embeddingsRegularizer: WeightFunction | null;
  override readonly activityRegularizer: WeightFunction | null;
  readonly embeddingsConstraint: WeightFunction | null;
  private embeddings!: Weight;

  constructor(options: EmbeddingOptions & { readonly inputDim: number; readonly outputDim: number }) {
    super(options);
    this.inputDim = requirePositive(this, "inputDim", options.inputDim);
    this.outputDim = requirePositive(this, "outputDim", options.outputDim);
    this.maskZero = options.maskZero ?? false;
    this.embeddingsInitializer = initializers.resolve(options.embeddingsInitializer ?? "random_uniform");
    this.embeddingsRegularizer = regularizers.resolve(options.embeddingsRegularizer);
    this.activityRegularizer = regularizers.resolve(options.activityRegularizer);
    this.embeddingsConstraint = constraints.resolve(options.embeddingsConstraint);
  }

  /** Indices must be from 0 on and below this; data is checked against it. */
  get indexLimit(): number {
    return this.inputDim;
  }

  override build(): void {
    this.embeddings = this.addWeight({
      name: "embeddings",
      shape: [this.inputDim, this.outputDim],
      initializer: this.embeddingsInitializer,
      regularizer: this.embeddingsRegularizer,
      constraint: this.embeddingsConstraint,
    });
  }

  override call(x: Tensor): Tensor {
    const rows = gather(this.embeddings, cast(x, "int32"));
    return rows.withMask(bothMasks(x.mask, this.maskZero ? notEqual(x, 0) : undefined));
  }
}

/**
 * Turns whole numbers from 0 to `inputDim` - 1 into learned vectors of `outputDim` numbers: [batch, …] → [batch, …, outputDim].
 * Source: https://keras.io/api/layers/core_layers/embedding/
 *
 * @example
 * const y = embedding(10000, 64)(input([50])); // [null, 50, 64]
 */
export const embedding = (inputDim: number, outputDim: number, options: EmbeddingOptions = {}): Embedding =>
  new Embedding({ ...options, inputDim, outputDim });
