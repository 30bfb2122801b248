// What passes between an optimizer and its users: options, gradients with their weights, and what a rule of update sees and gives.

import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import type { Schedule } from "../schedules/schedule.js";

/** Options that every optimizer takes. */
export interface OptimizerOptions {
  /** A number, or a schedule. */
  readonly learningRate?: number | Schedule | undefined;
  readonly name?: string | undefined;
  /** Shrinks weights by this share of the rate at every step, apart from their gradient. */
  readonly weightDecay?: number | null | undefined;
  /** Largest norm of each weight's gradient. */
  readonly clipnorm?: number | null | undefined;
  /** Largest norm of all gradients together. */
  readonly globalClipnorm?: number | null | undefined;
  /** Largest absolute value of a gradient's elements. */
  readonly clipvalue?: number | null | undefined;
  /** Keeps a moving average of the weights. Default false. */
  readonly useEma?: boolean | undefined;
  /** Default 0.99. */
  readonly emaMomentum?: number | undefined;
  /** Replaces the weights by their average every so many steps. */
  readonly emaOverwriteFrequency?: number | null | undefined;
  /** Training multiplies the loss by this before its gradients are taken, and divides them by it: for numbers close to 0. */
  readonly lossScaleFactor?: number | null | undefined;
  /** Updates weights only every so many steps, by the mean gradient. */
  readonly gradientAccumulationSteps?: number | null | undefined;
  /** Weights whose name contains one of these are not shrunk by `weightDecay` ("bias", "gamma"). */
  readonly excludeFromWeightDecay?: readonly string[] | undefined;
}

/** A weight, its value (or that of some of its rows) and the gradient of that. */
export interface WeightGradient {
  readonly weight: Weight;
  readonly value: Tensor;
  readonly grad: Tensor;
}

/** One weight at one step, as a rule of update sees it. */
export interface UpdateInput {
  readonly weight: Weight;
  /** After weight decay. */
  readonly value: Tensor;
  /** After scaling and clipping. */
  readonly grad: Tensor;
  /** Values of this weight's slots by name. */
  slot(name: string): Tensor;
}

/** New values of a weight and of its slots. */
export interface UpdateOutput {
  readonly value: Tensor;
  readonly slots?: Readonly<Record<string, Tensor>>;
}

/** The same for the whole step. */
export interface StepScalars {
  readonly rate: Tensor;
  /** Number of this update, from 1 (float32). */
  readonly step: Tensor;
  /** New values of the optimizer's own states go here. */
  readonly updates: Map<Weight, Tensor>;
}

/** A slot that an optimizer keeps for every weight. */
export interface SlotSpec {
  readonly name: string;
  /** Starting value. Default 0. */
  readonly fill?: number;
}

/** The settings that `Optimizer` itself takes, in Keras's names and order. */
export const optimizerSettings: readonly string[] = [
  "name",
  "learning_rate",
  "weight_decay",
  "clipnorm",
  "global_clipnorm",
  "clipvalue",
  "use_ema",
  "ema_momentum",
  "ema_overwrite_frequency",
  "loss_scale_factor",
  "gradient_accumulation_steps",
];
