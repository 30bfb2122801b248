// Options and arithmetic that several schedules share.

import { ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, divide, floor } from "../ops/index.js";

/** Options that every schedule takes. */
export interface ScheduleOptions {
  readonly name?: string | undefined;
}

/** Options of schedules that can also go down in steps. */
export interface StaircaseOptions extends ScheduleOptions {
  /** Whole periods only, so that the rate goes down in steps. Default false. */
  readonly staircase?: boolean | undefined;
}

/** Periods of `steps` since the start. */
export function periods(iteration: Tensor, steps: number, staircase: boolean): Tensor {
  const passed = divide(cast(iteration, "float32"), steps);
  return staircase ? floor(passed) : passed;
}

/** Raises ValueError unless `value` is above 0. */
export function requirePositive(value: number, name: string): number {
  if (!(value > 0)) throw new ValueError(`${name} must be above 0, received ${value}`);
  return value;
}
