import { expect } from "chai";
import { constraints, maxNorm, minMaxNorm, nonNeg, unitNorm } from "../../lib/catalog/constraints/index.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { assertClose } from "../golden/read.js";
import { numbers, tensor } from "./values.js";

const near = { rtol: 1e-5, atol: 1e-6 };

// Numbers of Keras 3.15.1: constraints called on these two arrays.
describe("constraints", () => {
  const matrix = tensor([3, 0.1, -2, 4, 0, 1], [2, 3]);
  const window = tensor(
    [1, 2, 3, 4, 5, 6, 7, 8].map((value) => value / 4),
    [2, 1, 2, 2],
  );
  const gives = (x: Tensor, want: readonly number[]): void => assertClose(numbers(x), want, near, "constrained");

  it("take norms along any axes", () => {
    gives(unitNorm({ axis: -1 })(matrix), [0.83173, 0.027724, -0.554487, 0.970143, 0, 0.242536]);
    const filters = [0.109109, 0.182574, 0.327327, 0.365148, 0.545545, 0.547723, 0.763763, 0.730297];
    gives(unitNorm({ axis: [0, 1, 2] })(window), filters);
    gives(maxNorm({ maxValue: 1, axis: [0, 1, 2] })(window), filters);
    gives(maxNorm({ axis: null })(matrix), [1.095262, 0.036509, -0.730175, 1.46035, 0, 0.365088]);
  });

  it("go part of the way", () => {
    gives(
      minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5, axis: 1 })(matrix),
      [2.33173, 0.077724, -1.554487, 2.970142, 0, 0.742536],
    );
  });

  it("write Keras's configs, and come from them", () => {
    expect(maxNorm().getConfig()).to.deep.equal({ max_value: 2, axis: 0 });
    expect(unitNorm({ axis: [0, 1] }).getConfig()).to.deep.equal({ axis: [0, 1] });
    expect(minMaxNorm().getConfig()).to.deep.equal({ min_value: 0, max_value: 1, rate: 1, axis: 0 });
    expect(nonNeg().getConfig()).to.deep.equal({});
    for (const made of [
      maxNorm({ maxValue: 3, axis: 1 }),
      minMaxNorm({ minValue: 0.5, rate: 0.9 }),
      unitNorm(),
      nonNeg(),
    ]) {
      const again = constraints.deserialize({ class_name: made.className, config: made.getConfig() });
      expect(again.getConfig()).to.deep.equal(made.getConfig());
      expect(numbers(again(matrix))).to.deep.equal(numbers(made(matrix)));
    }
  });

  it("say which name they don't know", () => {
    expect(() => constraints.resolve("max_nrom" as "max_norm")).to.throw(
      /unknown constraint "max_nrom"[\s\S]*did you mean "max_norm"/,
    );
  });
});
