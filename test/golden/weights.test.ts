// Constraints, regularizers and initializers beside Keras's.

import { expect } from "chai";
import { constraints } from "../../lib/catalog/constraints/index.js";
import { initializers } from "../../lib/catalog/initializers/index.js";
import { regularizers } from "../../lib/catalog/regularizers/index.js";
import { scalar } from "../../lib/graph/call.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate } from "../../lib/lower/differentiate.js";
import { array, assertClose, cases, type GoldenCase } from "./read.js";

const feed = (golden: GoldenCase): { x: Tensor; value: Parameters<typeof assertClose>[1] } => {
  const value = array(golden, golden["inputs"][0]);
  return { x: placeholder(value.shape, "float32", "weight"), value };
};
const evaluate = (tensor: Tensor, x: Tensor, value: { shape: number[]; data: ArrayLike<number> }) =>
  evaluateReference(
    [tensor],
    new Map([[x, { shape: value.shape, dtype: "float32" as const, data: Float32Array.from(value.data) }]]),
  )[0];

describe("golden constraints", () => {
  for (const golden of cases("constraint")) {
    it(golden.id, () => {
      const { x, value } = feed(golden);
      const made = constraints.deserialize({ class_name: golden.class, config: golden["config"] })(x);
      assertClose(
        evaluate(made, x, value as never) as never,
        array(golden, golden["outputs"][0]),
        golden.tol.fwd,
        golden.id,
      );
    });
  }
});

describe("golden regularizers", () => {
  for (const golden of cases("regularizer")) {
    it(golden.id, () => {
      const { x, value } = feed(golden);
      const made = regularizers.deserialize({ class_name: golden.class, config: golden["config"] })(x);
      const { atol, rtol } = golden.tol.fwd;
      const want = golden["value"] as number;
      expect(evaluate(made, x, value as never)?.data[0]).closeTo(want, atol + rtol * Math.abs(want));
      const [gradient] = atOnce(differentiate([made], [scalar(1)], [x])).gradients;
      assertClose(
        evaluate(gradient as Tensor, x, value as never) as never,
        array(golden, golden["grad_inputs"][0]),
        golden.tol.grad,
        golden.id,
      );
    });
  }
});

describe("golden initializers", () => {
  for (const golden of cases("initializer")) {
    it(golden.id, () => {
      const shape = golden["shape"] as number[];
      const initializer = initializers.deserialize({ class_name: golden.class, config: golden["config"] });
      const [made] = evaluateReference([initializer.build(shape, "float32", 12345)], new Map());
      const data = made?.data as Float32Array;
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      const std = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
      const { empirical, expected, check } = golden as unknown as {
        empirical: Record<string, number>;
        expected: { limit?: number; std?: number } | null;
        check: string;
      };
      if (check === "exact") {
        expect(data.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)).closeTo(
          empirical["min"] as number,
          1e-6,
        );
        expect(mean).closeTo(empirical["mean"] as number, 1e-5);
      } else {
        // Five standard errors of one draw.
        const spread = expected?.std ?? (empirical["std"] as number);
        expect(mean).closeTo(empirical["mean"] as number, (5 * spread) / Math.sqrt(data.length) + 1e-6);
        expect(std / spread).closeTo(1, 5 / Math.sqrt(data.length));
        if (expected?.limit) expect(Math.max(...data)).most(expected.limit * (1 + 1e-6));
      }
    });
  }
});
