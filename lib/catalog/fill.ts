// The two initializers that states and slots need: every element the same number.

import { scalar } from "../graph/call.js";
import type { Initializer } from "../graph/weight.js";
import { broadcastTo } from "./ops/broadcastTo.js";

/** Starts every element at `value`. */
export function filledWith(value: number): Initializer {
  return {
    className: value === 0 ? "Zeros" : "Constant",
    build: (shape, dtype, _seed, rows) =>
      broadcastTo(scalar(value, dtype), rows ? [rows.count, ...shape.slice(1)] : shape),
    getConfig: () => (value === 0 ? {} : { value }),
  };
}
