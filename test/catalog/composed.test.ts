// Ops made of ops, reductions at their edges, and gradients where functions have a corner.

import { expect } from "chai";
import {
  all,
  any,
  argmax,
  argmin,
  cast,
  clip,
  logSoftmax,
  logSumExp,
  max,
  maximum,
  mean,
  multiply,
  norm,
  oneHot,
  power,
  prod,
  relu,
  softmax,
  sqrt,
  std,
  subtract,
  sum,
  topK,
  variance,
  where,
} from "../../lib/catalog/ops/index.js";
import { ShapeError, ValueError } from "../../lib/graph/errors.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate } from "../../lib/lower/differentiate.js";
import { numbers, tensor } from "./values.js";

const slopes = (f: (x: Tensor) => Tensor, at: readonly number[]): number[] => {
  const x = tensor(at);
  const y = f(x);
  return numbers(
    atOnce(differentiate([y], [tensor(new Array<number>(y.shape[0] ?? 1).fill(1), y.shape as number[])], [x]))
      .gradients[0] as Tensor,
  );
};
const close = (got: readonly number[], want: readonly number[]): void => {
  expect(got.length).equal(want.length);
  got.forEach((value, i) => {
    if (Number.isNaN(want[i])) expect(value).NaN;
    else if (Number.isFinite(want[i])) expect(value).closeTo(want[i] as number, 1e-6);
    else expect(value).equal(want[i]);
  });
};
const inf = Number.POSITIVE_INFINITY;

describe("composed ops", () => {
  it("softmax, logSoftmax and logSumExp keep their heads at large numbers", () => {
    const x = tensor([1000, 1000, -1000, 0, 0, 0], [2, 3]);
    close(numbers(softmax(x)), [0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]);
    close(numbers(softmax(x, { axis: 0 })), [1, 1, 0, 0, 0, 1]);
    close(numbers(logSoftmax(tensor([0, 1000]))), [-1000, 0]);
    close(numbers(logSumExp(x, { axis: 1 })), [Math.fround(1000 + Math.LN2), Math.log(3)]);
    close(numbers(logSumExp(tensor([-inf, -inf]))), [-inf]);
    close(
      slopes((t) => logSumExp(t), [0, 0]),
      [0.5, 0.5],
    );
  });

  it("oneHot puts a one at each index", () => {
    const indices = tensor([2, 0, 5], [3], "int32");
    expect(numbers(oneHot(indices, 3))).deep.equal([0, 0, 1, 1, 0, 0, 0, 0, 0]);
    expect(oneHot(indices, 4, { axis: 0 }).shape).deep.equal([4, 3]);
    expect(numbers(oneHot(indices, 3, { axis: 0 }))).deep.equal([0, 1, 0, 0, 0, 0, 1, 0, 0]);
  });

  it("topK takes the first among equals", () => {
    const [values, indices] = topK(tensor([1, 3, 3, 2, 9, -inf, 9, 0], [2, 4]), 3);
    expect(numbers(values)).deep.equal([3, 3, 2, 9, 9, 0]);
    expect(numbers(indices)).deep.equal([1, 2, 3, 0, 2, 3]);
    expect(indices.dtype).equal("int32");
    expect(slopes((t) => topK(t, 1)[0], [1, 5, 2])).deep.equal([0, 1, 0]);
    expect(() => topK(tensor([1, 2]), 3)).throw(ValueError);
  });

  it("norm, variance and std", () => {
    close(numbers(norm(tensor([3, 4]))), [5]);
    close(numbers(variance(tensor([1, 2, 3, 4], [2, 2]), { axis: 1 })), [0.25, 0.25]);
    close(numbers(std(tensor([1, 3]))), [1]);
  });
});

describe("reductions", () => {
  const x = tensor([1, 5, 5, 2, 0, 2], [2, 3]);

  it("take axes from either end, several, or none", () => {
    expect(numbers(sum(x))).deep.equal([15]);
    expect(sum(x, { axis: -1, keepdims: true }).shape).deep.equal([2, 1]);
    expect(numbers(sum(x, { axis: [0, -1] }))).deep.equal([15]);
    expect(numbers(sum(x, { axis: [] }))).deep.equal([1, 5, 5, 2, 0, 2]);
    expect(() => sum(x, { axis: 2 })).throw(ShapeError, "axis 2 is out of range");
  });

  it("count positions of the first extreme", () => {
    expect(numbers(argmax(x, { axis: 1 }))).deep.equal([1, 0]);
    expect(numbers(argmin(x))).deep.equal([4]);
    expect(numbers(argmax(tensor([1, Number.NaN, 3, Number.NaN])))).deep.equal([1]);
  });

  it("read truths", () => {
    const truths = tensor([0, 1, 0, 0], [2, 2], "bool");
    expect(any(truths).dtype).equal("bool");
    expect(numbers(any(truths, { axis: 1 }))).deep.equal([1, 0]);
    expect(numbers(all(truths, { axis: 0 }))).deep.equal([0, 0]);
    expect(sum(truths).dtype).equal("int32");
    expect(numbers(sum(truths))).deep.equal([1]);
    expect(numbers(mean(truths))).deep.equal([0.25]);
  });

  it("share the gradient among equal extremes", () => {
    expect(slopes((t) => max(t), [1, 5, 5])).deep.equal([0, 0.5, 0.5]);
  });

  it("multiply with zeros", () => {
    expect(slopes((t) => prod(t), [2, 3, 4])).deep.equal([12, 8, 6]);
    expect(slopes((t) => prod(t), [2, 0, 4])).deep.equal([0, 8, 0]);
    expect(slopes((t) => prod(t), [0, 0, 4])).deep.equal([0, 0, 0]);
  });

  it("say why a mean over the batch needs a layer", () => {
    expect(() => mean(placeholder([null, 2], "float32", "x"), { axis: 0 })).throw(
      ValueError,
      "known only when data arrives",
    );
    expect(mean(placeholder([null, 2], "float32", "x"), { axis: 1 }).shape).deep.equal([null]);
  });
});

describe("gradients at corners", () => {
  it("are Keras's", () => {
    expect(slopes(relu, [-1, 0, 1])).deep.equal([0, 0, 1]);
    expect(slopes((t) => maximum(t, 0), [-1, 0, 1])).deep.equal([0, 0.5, 1]);
    expect(slopes((t) => clip(t, 0, 6), [-1, 0, 1, 6, 7])).deep.equal([0, 0.5, 1, 0.5, 0]);
    expect(slopes((t) => sqrt(t), [0, 4])).deep.equal([inf, 0.25]);
    expect(slopes((t) => power(t, 2), [0, 3])).deep.equal([0, 6]);
    expect(slopes((t) => power(t, 0), [0, 3])).deep.equal([0, 0]);
    expect(slopes((t) => power(0, t), [1, 2])).deep.equal([0, 0]);
  });
});

describe("dtypes", () => {
  it("of mixed operands are NumPy's", () => {
    const ints = tensor([1, 2], [2], "int32");
    const truths = tensor([0, 1], [2], "bool");
    expect(multiply(ints, 2).dtype).equal("int32");
    expect(multiply(ints, 0.5).dtype).equal("float32");
    expect(multiply(truths, truths).dtype).equal("int32");
    expect(subtract(1, truths).dtype).equal("int32");
    expect(where(truths, ints, 0).dtype).equal("int32");
    expect(numbers(cast(tensor([-1.7, 1e20, Number.NaN]), "int32"))).deep.equal([-1, 0x7fffffff, 0]);
  });
});
