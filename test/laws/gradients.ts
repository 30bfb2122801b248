// The law of gradients: reverse mode gives what central differences in double precision give.

import { expect } from "chai";
import { add, multiply, sum } from "../../lib/catalog/ops/index.js";
import { constant, scalar } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate, withReplacements } from "../../lib/lower/differentiate.js";
import { randomView } from "./numbers.js";

const step = 1e-5;

/** A number that every element of `outputs` counts for with a weight of its own; 0 without any of floating type. */
export function weightedTotal(outputs: readonly Tensor[]): Tensor {
  const parts = outputs
    .filter(({ dtype }) => dtype === "float32")
    .map((output, i) => {
      const weights = randomView({ shape: output.shape as readonly number[], dtype: "float32" }, 100 + i, 64, [-1, 1]);
      return sum(multiply(output, constant(weights)));
    });
  return parts.reduce((all, part) => add(all, part), scalar(0));
}

/** Throws where an element of a gradient isn't what differences give. Returns the gradients' numbers; undefined for those that are zero. */
export function checkGradients(
  total: Tensor,
  wrt: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, View>,
  label: string,
): (View["data"] | undefined)[] {
  const found = atOnce(differentiate([total], [scalar(1)], wrt));
  const at = (tensor: Tensor, element: number, move: number): number => {
    const view = feeds.get(tensor) as View;
    const data = Float64Array.from(view.data);
    data[element] = (data[element] as number) + move;
    const [value] = evaluateReference([total], new Map(feeds).set(tensor, { ...view, data }), 64);
    return value?.data[0] as number;
  };
  return wrt.map((tensor, i) => {
    const gradient = found.gradients[i];
    if (gradient) expect(gradient.shape, `${label}: shape of the gradient of input ${i}`).deep.equal(tensor.shape);
    const got = gradient ? evaluateReference(withReplacements([gradient], found), feeds, 64)[0]?.data : undefined;
    (feeds.get(tensor) as View).data.forEach((_, element) => {
      const want = (at(tensor, element, step) - at(tensor, element, -step)) / (2 * step);
      const value = got ? (got[element] as number) : 0;
      if (!(Math.abs(value - want) <= 1e-6 + 1e-5 * Math.abs(want)))
        expect.fail(`${label}: gradient ${element} of input ${i} is ${value}, differences give ${want}`);
    });
    return got;
  });
}
