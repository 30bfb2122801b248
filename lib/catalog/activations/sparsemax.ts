// The nearest point of the simplex: shares that sum to 1, many of them 0 (Martins and Astudillo, 2016).

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { cast } from "../ops/cast.js";
import { divide } from "../ops/divide.js";
import { expandDims } from "../ops/views.js";
import { greater } from "../ops/greater.js";
import { greaterEqual } from "../ops/greaterEqual.js";
import { multiply } from "../ops/multiply.js";
import { relu } from "../ops/relu.js";
import { subtract } from "../ops/subtract.js";
import { sum } from "../ops/reduce.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

export const sparsemaxActivation: ItemClass<Activation> = defineActivation({
  name: "sparsemax",
  config: { axis: -1 },
  apply(x, { axis }) {
    const at = axis < 0 ? axis + x.rank : axis;
    // For each element: how many are at least as large, and their sum. Sorting would give the same numbers with more steps.
    const others = expandDims(x, at);
    const atLeast = greaterEqual(others, expandDims(x, at + 1));
    const count = sum(cast(atLeast, "float32"), { axis: at + 1 });
    const total = sum(where(atLeast, others, 0), { axis: at + 1 });
    const supports = greater(add(multiply(count, x), 1), total);
    const along = { axis: at, keepdims: true };
    const excess = subtract(sum(where(supports, x, 0), along), 1);
    return relu(subtract(x, divide(excess, sum(cast(supports, "float32"), along))));
  },
});
