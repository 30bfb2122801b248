// Learning rates that change as training goes on: a function of the number of steps done, as a graph.

import { scalar } from "../../graph/call.js";
import { evaluateReference } from "../../graph/reference.js";
import type { Tensor } from "../../graph/tensor.js";
import { configOf } from "../config.js";

/**
 * Base of all schedules. Extend it and say the rate in `valueAt`; optimizers take an instance as their learning rate.
 *
 * @example
 * class Halving extends Schedule {
 *   override valueAt(iteration: Tensor) { return ops.power(0.5, ops.cast(iteration, "float32")); }
 * }
 */
export abstract class Schedule {
  /** Keras's names of the settings. */
  static readonly settings: readonly string[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Keras's name of the class. */
  get className(): string {
    return this.constructor.name;
  }

  /** The rate (float32 scalar) after `iteration` (int32 scalar) steps. */
  abstract valueAt(iteration: Tensor): Tensor;

  /** The rate after `step` steps, as a number. */
  at(step: number): number {
    return evaluateReference([this.valueAt(scalar(step, "int32"))], new Map())[0]?.data[0] as number;
  }

  /** The settings in Keras's names. */
  getConfig(): Record<string, unknown> {
    return { ...configOf(this, (this.constructor as typeof Schedule).settings), name: this.name };
  }
}
