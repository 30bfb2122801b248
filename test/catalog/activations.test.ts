import { expect } from "chai";
import { type ActivationName, activations } from "../../lib/catalog/activations/index.js";
import { sum } from "../../lib/catalog/ops/index.js";
import { scalar } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate } from "../../lib/lower/differentiate.js";
import { assertClose } from "../golden/read.js";
import { numbers, tensor } from "./values.js";

/** The activation's slope at each of these places. */
function slopes(name: ActivationName, config: Record<string, unknown>, places: readonly number[]): number[] {
  const x = placeholder([places.length], "float32", "x");
  const y = activations.make(name, config).apply(x);
  const gradient = atOnce(differentiate([sum(y)], [scalar(1)], [x])).gradients[0] as Tensor;
  const value: View = { shape: [places.length], dtype: "float32", data: Float32Array.from(places) };
  return numbers(gradient, new Map([[x, value]]));
}

describe("activations", () => {
  // Exact zeros are common: blank images, padding, fresh biases. Slopes of Keras 3.15.1 (jax.grad of the activation's sum).
  for (const [name, config, places, want] of [
    ["elu", {}, [-1, 0, 1], [0.367879, 1, 1]],
    ["elu", { alpha: 2 }, [-1, 0, 1], [0.735759, 2, 1]],
    ["selu", {}, [-1, 0, 1], [0.646769, 1.758099, 1.050701]],
    ["celu", { alpha: 0.3 }, [-1, 0, 1], [0.035674, 1, 1]],
    ["relu", {}, [-1, 0, 1], [0, 0, 1]],
    ["relu", { negative_slope: 0.2 }, [-1, 0, 1], [0.2, 1, 1]],
    ["relu", { max_value: 6 }, [-1, 0, 6, 7], [0, 0, 0, 0]],
    ["relu", { negative_slope: 0.2, threshold: 0.5 }, [-1, 0, 0.5, 1], [0.2, 0.2, 0, 1]],
    ["leaky_relu", {}, [-1, 0, 1], [0.2, 1, 1]],
    ["relu6", {}, [-1, 0, 3, 6, 7], [0, 0, 1, 0, 0]],
    ["hard_sigmoid", {}, [-3, 0, 3], [0, 1 / 6, 0]],
    ["hard_silu", {}, [-3, 0, 3], [0, 0.5, 1]],
    ["hard_tanh", {}, [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]],
    ["soft_shrink", {}, [-1, -0.5, 0, 0.5, 1], [1, 0, 0, 0, 1]],
  ] as const) {
    it(`${name} ${JSON.stringify(config)} has Keras's slopes where its pieces meet`, () => {
      assertClose(slopes(name, config, places), want, { rtol: 1e-5, atol: 1e-6 }, name);
    });
  }

  it("let values through that aren't finite, and don't make any", () => {
    for (const name of ["elu", "selu", "celu", "relu6", "hard_sigmoid", "hard_tanh", "soft_shrink"] as const) {
      const [nan, high, low] = numbers(activations.get(name).apply(tensor([Number.NaN, 1e30, -1e30])));
      expect(nan, name).to.be.NaN;
      expect(Number.isFinite(high) && Number.isFinite(low), name).to.equal(true);
      expect(slopes(name, {}, [1e30, -1e30]).every(Number.isFinite), name).to.equal(true);
    }
  });

  it("relu with a threshold below 0 keeps what is between, and a highest value cuts it", () => {
    const x = tensor([-2, -0.6, -0.5, -0.25, 0, 0.25, 0.75]);
    const of = (config: Record<string, unknown>): number[] => numbers(activations.make("relu", config).apply(x));
    expect(of({ threshold: -0.5 })).to.deep.equal([0, 0, 0, -0.25, 0, 0.25, 0.75]);
    expect(of({ threshold: -0.5, max_value: 0.5 })).to.deep.equal([0, 0, 0, 0, 0, 0.25, 0.5]);
  });

  it("sparsemax is Keras's, not the paper's", () => {
    const of = (...row: number[]): number[] =>
      numbers(activations.get("sparsemax").apply(tensor(row, [1, row.length])));
    expect(of(1, 0.5)).to.deep.equal([0.25, 0]);
    expect(of(1, 1, 0)).to.deep.equal([0, 0, 0]);
    expect(of(3, 0, 0)).to.deep.equal([1, 0, 0]);
  });
});
