// Random training steps: graphs that no model would have, for the laws of plans and kernels.

import type { StepGraph } from "../../lib/backend/backend.js";
import { zeros } from "../../lib/catalog/initializers/index.js";
import {
  add,
  concatenate,
  dot,
  matmul,
  multiply,
  reshape,
  scan,
  slice,
  sum,
  tanh,
  transpose,
} from "../../lib/catalog/ops/index.js";
import { scalar } from "../../lib/graph/call.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { Weight } from "../../lib/graph/weight.js";
import { differentiate, withReplacements } from "../../lib/lower/differentiate.js";

/**
 * A step on square matrices: each number chooses an op and what it is applied to. The sum of the last three is the loss of two
 * weights, which go down by their gradients.
 */
export function randomStep(choices: readonly number[], size: number): StepGraph {
  const shape = [size, size];
  const inputs = [0, 1].map((i) => placeholder(shape, "float32", `x${i}`));
  const weights = [0, 1].map((i) => new Weight({ name: `w${i}`, shape, initializer: zeros() }));
  const made: Tensor[] = [...inputs, ...weights.map(({ tensor }) => tensor)];
  for (const choice of choices) {
    const a = made[choice % made.length] as Tensor;
    const b = made[(choice * 7 + 3) % made.length] as Tensor;
    made.push((makers[(choice >> 3) % makers.length] as (typeof makers)[number])(a, b, size));
  }
  const outputs = made.slice(-3);
  const total = outputs.map((output) => sum(output)).reduce((all, one) => add(all, one));
  const found = atOnce(
    differentiate(
      [total],
      [scalar(1)],
      weights.map(({ tensor }) => tensor),
    ),
  );
  const moved = weights.flatMap((weight, i): [Weight, Tensor][] => {
    const gradient = found.gradients[i];
    return gradient ? [[weight, add(weight.tensor, multiply(gradient, -0.1))]] : [];
  });
  const roots = withReplacements([...outputs, ...moved.map(([, tensor]) => tensor)], found);
  const updates = new Map(moved.map(([weight], i): [Weight, Tensor] => [weight, roots[3 + i] as Tensor]));
  return { name: "random", inputs, outputs: roots.slice(0, 3), updates };
}

const makers: readonly ((a: Tensor, b: Tensor, size: number) => Tensor)[] = [
  (a, b) => add(a, b),
  (a, b) => multiply(a, tanh(b)),
  (a, b) => multiply(matmul(a, b), 0.2),
  (a) => transpose(a),
  // A product that nothing rides on.
  (a, b) => matmul(tanh(a), b),
  (a, b) => multiply(0.3, dot(a, b, { batchA: [], batchB: [], contractA: [0], contractB: [0] })),
  (a, b) => add(a, sum(b, { axis: 0 })),
  (a, b, size) => sum(reshape(concatenate([a, b], { axis: 0 }), [2, size, size]), { axis: 0 }),
  (a, b, size) => concatenate([slice(a, [0, 1], [size, size - 1]), slice(b, [0, 0], [size, 1])], { axis: 1 }),
  (a, b) => {
    // A loop over the rows of b, with a row of a as its first carry.
    const first = sum(a, { axis: 0 });
    const { outputs } = scan(
      ([h], [row]) => {
        const next = tanh(add(h as Tensor, row as Tensor));
        return { carries: [next], outputs: [next] };
      },
      [first],
      [b],
    );
    return outputs[0] as Tensor;
  },
  (a) => tanh(a),
];
