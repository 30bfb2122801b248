// What all metrics are: states that every batch adds to, and a result of them. Both are graphs, so that a step's program updates and
// reads metrics without the host.

import { snakeCase, uniqueName } from "../../graph/names.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { Weight } from "../../graph/weight.js";
import { configOf } from "../config.js";
import { filledWith } from "../fill.js";
import { add } from "../ops/index.js";

/** Options that every metric takes. */
export interface MetricOptions {
  readonly name?: string | undefined;
}

/** Which way a number goes as things get better; null when nobody said. */
export type Direction = "up" | "down" | null;

/** Values that states have in the middle of a step; those that are missing hold what they held before. */
export type StateValues = ReadonlyMap<Weight, Tensor>;

/**
 * Base of all metrics. Extend it: make states with `addState` (in the constructor, or in `build` when they depend on shapes), say in
 * `update` what a batch does to them, and in `result` what they amount to.
 *
 * @example
 * class Largest extends Metric {
 *   private readonly largest = this.addState("largest", []);
 *   override update(_yTrue: Tensor, yPred: Tensor) { return new Map([[this.largest, ops.maximum(this.largest.tensor, ops.max(yPred))]]); }
 *   override result(states?: StateValues) { return this.valueOf(this.largest, states); }
 * }
 */
export abstract class Metric {
  /** Keras's names of the settings a subclass adds. */
  static readonly settings: readonly string[] = [];
  /** Key in logs; `compile` replaces it by the string that the user wrote. */
  name: string;
  /** Whether more or less is better: what callbacks go by that watch this metric. */
  readonly direction: Direction = null;
  private readonly own: Weight[] = [];
  private built = false;

  constructor(options: MetricOptions = {}, name?: string) {
    this.name = options.name ?? name ?? uniqueName(snakeCase(new.target.name));
  }

  /** Keras's name of the class. */
  get className(): string {
    return this.constructor.name;
  }

  /** All states; complete after `build`. They start at zero. */
  get states(): readonly Weight[] {
    return this.own;
  }

  /** Makes the states that depend on shapes; null stands for the batch. Runs before the first update; later calls change nothing. */
  build(yTrue: Shape, yPred: Shape): void {
    if (this.built) return;
    this.built = true;
    this.makeStates(yTrue, yPred);
  }

  /** Override to make states that depend on shapes. */
  protected makeStates(_yTrue: Shape, _yPred: Shape): void {}

  protected addState(name: string, shape: readonly number[], dtype: "float32" | "int32" = "float32"): Weight {
    const state = new Weight({ name, shape, dtype, initializer: filledWith(0), trainable: false });
    state.path = `${this.name.replaceAll("/", ">")}/${name}`;
    this.own.push(state);
    return state;
  }

  /**
   * New values of the states after a batch. `mask` is true where a value counts; by default it is the one the predictions carry.
   */
  abstract update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor, mask?: Tensor): Map<Weight, Tensor>;

  /** What the states amount to: a scalar, or a vector for metrics by class or threshold. */
  abstract result(states?: StateValues): Tensor;

  /** States as they are at first. */
  reset(): Map<Weight, Tensor> {
    return new Map(this.own.map((state) => [state, state.initializer.build(state.shape, state.dtype, 0)]));
  }

  /** The value of a state in the middle of a step. */
  protected valueOf(state: Weight, states?: StateValues): Tensor {
    return states?.get(state) ?? state.tensor;
  }

  /** States with something added to each. */
  protected adding(pairs: readonly (readonly [state: Weight, more: Tensor])[]): Map<Weight, Tensor> {
    return new Map(pairs.map(([state, more]) => [state, add(state.tensor, more)]));
  }

  /** The settings in Keras's names. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, dtype: "float32", ...configOf(this, (this.constructor as typeof Metric).settings) };
  }

  toString(): string {
    return `${this.className} "${this.name}"`;
  }
}

/** The settings that `Metric` itself takes, in Keras's names. */
export const metricSettings: readonly string[] = ["name"];
