// Shares of which many are 0: sparsemax (Martins and Astudillo, 2016), with Keras's numbers.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/add.js";
import { cast } from "../ops/cast.js";
import { divide } from "../ops/divide.js";
import { equal } from "../ops/equal.js";
import { greater } from "../ops/greater.js";
import { iota } from "../ops/iota.js";
import { lessEqual } from "../ops/lessEqual.js";
import { logicalAnd } from "../ops/logicalAnd.js";
import { logicalOr } from "../ops/logicalOr.js";
import { multiply } from "../ops/multiply.js";
import { sum } from "../ops/reduce.js";
import { relu } from "../ops/relu.js";
import { expandDims } from "../ops/reshape.js";
import { subtract } from "../ops/subtract.js";
import { where } from "../ops/where.js";
import { type Activation, defineActivation } from "./activation.js";

/**
 * Not the sparsemax of the paper, since Keras 3's is not: its threshold sums the partial sums of all winners, where the paper takes
 * the last of them. A row with one winner comes out alike; [1, 0.5] becomes [0.25, 0] instead of [0.75, 0.25], and [1, 1, 0] becomes zeros
 * instead of [0.5, 0.5, 0]. So it is on every backend of Keras 3.15.1, and models that were trained with it need it.
 */
export const sparsemaxActivation: ItemClass<Activation> = defineActivation({
  name: "sparsemax",
  config: { axis: -1 },
  apply(x, { axis }) {
    const at = axis < 0 ? axis + x.rank : axis;
    // Instead of sorting: for each element, how many come before it in descending order (itself included), and their sum.
    const [others, own] = [expandDims(x, at), expandDims(x, at + 1)];
    const count = x.shape[at] as number;
    const place = (along: number): number[] => Array.from({ length: x.rank + 1 }, (_, i) => (i === along ? count : 1));
    const earlier = lessEqual(iota(place(at + 1), at + 1), iota(place(at), at));
    const before = logicalOr(greater(others, own), logicalAnd(equal(others, own), earlier));
    const rank = sum(cast(before, "float32"), { axis: at + 1 });
    const total = sum(where(before, others, 0), { axis: at + 1 });
    const supports = greater(add(multiply(rank, x), 1), total);
    const along = { axis: at, keepdims: true };
    const excess = subtract(sum(where(supports, total, 0), along), 1);
    return relu(subtract(x, divide(excess, sum(cast(supports, "float32"), along))));
  },
});
