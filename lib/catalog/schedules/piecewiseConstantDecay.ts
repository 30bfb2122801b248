// A rate for each stretch of steps.

import { scalar } from "../../graph/call.js";
import { requireList, ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import { lessEqual, where } from "../ops/index.js";
import type { ScheduleOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface PiecewiseConstantDecayOptions extends ScheduleOptions {
  /** Last step of each stretch but the last, rising. */
  readonly boundaries: readonly number[];
  /** Rate of each stretch. */
  readonly values: readonly number[];
}

export class PiecewiseConstantDecay extends Schedule {
  static override readonly settings: readonly string[] = ["boundaries", "values"];
  readonly boundaries: readonly number[];
  readonly values: readonly number[];

  constructor(options: PiecewiseConstantDecayOptions) {
    super(options.name ?? "PiecewiseConstant");
    this.boundaries = requireList("piecewiseConstantDecay: boundaries", options.boundaries);
    this.values = requireList("piecewiseConstantDecay: values", options.values);
    if (this.boundaries.length !== this.values.length - 1) {
      throw new ValueError(
        `piecewiseConstantDecay needs one value more than boundaries, received ${this.values.length} values and ${this.boundaries.length} boundaries`,
      );
    }
  }

  override valueAt(iteration: Tensor): Tensor {
    const last = scalar(this.values.at(-1) as number);
    return this.boundaries.reduceRight(
      (later: Tensor, boundary, i) => where(lessEqual(iteration, boundary), this.values[i] as number, later),
      last,
    );
  }
}

/**
 * values[i] up to and including step boundaries[i], the last value after all of them. Raises ValueError unless there is one value
 * more than boundaries.
 *
 * @example
 * const rate = piecewiseConstantDecay([100, 200], [1, 0.5, 0.25]);
 * rate.at(100); // 1
 * rate.at(101); // 0.5
 */
export const piecewiseConstantDecay = (
  boundaries: readonly number[],
  values: readonly number[],
  options: ScheduleOptions = {},
): PiecewiseConstantDecay => new PiecewiseConstantDecay({ boundaries, values, ...options });
