import { expect } from "chai";
import {
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  FunctionLoss,
  huber,
  type Loss,
  losses,
  meanSquaredError,
  resolveLoss,
  sparseCategoricalCrossentropy,
} from "../../lib/catalog/losses/index.js";
import { absolute, mean, subtract } from "../../lib/catalog/ops/index.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { assertClose } from "../golden/read.js";
import { numbers, tensor } from "./values.js";

describe("losses", () => {
  const yTrue = tensor([0, 0, 0, 0], [4, 1]);
  const yPred = tensor([1, 2, 3, 4], [4, 1]);

  it("bring labels of another rank and dtype to the predictions", () => {
    const labels = tensor([0, 0, 0, 0], [4], "int32");
    expect(numbers(meanSquaredError().call(labels, yPred))).to.deep.equal([7.5]);
    expect(numbers(meanSquaredError().call(yTrue, tensor([1, 2, 3, 4])))).to.deep.equal([7.5]);
  });

  it("reduce weighted values as their reduction says", () => {
    const weight = tensor([1, 0, 2, 1]);
    const of = (reduction: Loss["reduction"]): number[] =>
      numbers(meanSquaredError({ reduction }).call(yTrue, yPred, weight));
    expect(of("sum_over_batch_size")).to.deep.equal([(1 + 18 + 16) / 4]);
    expect(of("mean")).to.deep.equal([(1 + 18 + 16) / 4]);
    expect(of("sum")).to.deep.equal([35]);
    expect(of("mean_with_sample_weight")).to.deep.equal([35 / 4]);
    expect(of("none")).to.deep.equal([1, 0, 18, 16]);
    expect(of(null)).to.deep.equal([1, 0, 18, 16]);
  });

  it("average over what a mask leaves", () => {
    const mask = tensor([1, 0, 0, 1], [4], "bool");
    expect(numbers(meanSquaredError().call(yTrue, yPred.withMask(mask)))).to.deep.equal([8.5]);
    expect(numbers(meanSquaredError({ reduction: "sum" }).call(yTrue, yPred, undefined, mask))).to.deep.equal([17]);
    const none = tensor([0, 0, 0, 0], [4], "bool");
    expect(numbers(meanSquaredError().call(yTrue, yPred, undefined, none))).to.deep.equal([0]);
  });

  it("leave an ignored class out of the mean", () => {
    const loss = sparseCategoricalCrossentropy({ ignoreClass: -1 });
    const p = tensor([0.5, 0.5, 0.25, 0.75, 0.1, 0.9], [3, 2]);
    const value = numbers(loss.call(tensor([0, -1, 0], [3], "int32"), p))[0] as number;
    expect(value).to.be.closeTo((Math.log(2) + Math.log(10)) / 2, 1e-6);
  });

  it("smooth labels as Keras does, also along another axis", () => {
    // Keras 3.15.1 on these arrays, reduction None.
    const labels = tensor([1, 0, 0, 1, 0, 0], [1, 3, 2]);
    const p = tensor([0.2, 0.5, 0.3, 0.25, 0.5, 0.25], [1, 3, 2]);
    const of = (loss: Loss): number[] => numbers(loss.call(labels, p));
    const options = { labelSmoothing: 0.2, axis: 1, reduction: null } as const;
    assertClose(of(categoricalCrossentropy(options)), [1.638206, 1.455609], { rtol: 1e-5, atol: 1e-6 }, "crossentropy");
    assertClose(of(categoricalFocalCrossentropy(options)), [0.25084, 0.19928], { rtol: 1e-5, atol: 1e-6 }, "focal");
  });

  it("come from names, functions, configs and instances", () => {
    expect(resolveLoss("mse").className).to.equal("MeanSquaredError");
    expect(resolveLoss("KLD").className).to.equal("KLDivergence");
    const own = huber({ delta: 2 });
    expect(resolveLoss(own)).to.equal(own);
    const twice = (a: Tensor, b: Tensor): Tensor => mean(absolute(subtract(a, b)), { axis: -1 });
    expect(resolveLoss(twice)).to.be.instanceOf(FunctionLoss).and.to.have.property("name", "twice");
    expect(numbers(resolveLoss(twice).call(yTrue, yPred))).to.deep.equal([2.5]);
    expect(losses.deserialize({ class_name: "Huber", config: own.getConfig() }).getConfig()).to.deep.equal(
      own.getConfig(),
    );
    expect(resolveLoss("crossentropy", [null, 1], [null, 1]).className).to.equal("BinaryCrossentropy");
    expect(resolveLoss("crossentropy", [null], [null, 3]).className).to.equal("SparseCategoricalCrossentropy");
    expect(resolveLoss("ce", [null, 3], [null, 3]).className).to.equal("CategoricalCrossentropy");
  });

  it("say what is wrong with a name", () => {
    expect(() => resolveLoss("binary_crossentrop" as "mse")).to.throw(
      /unknown loss "binary_crossentrop"[\s\S]*did you mean "binary_crossentropy"/,
    );
    expect(() => resolveLoss(3 as unknown as "mse")).to.throw(/3 is no loss/);
    expect(() => meanSquaredError({ reduction: "average" as "mean" })).to.throw(
      /reduction must be one of .*"sum".* received "average"/,
    );
  });

  it("say which labels they need", () => {
    const check =
      (name: Parameters<typeof resolveLoss>[0], shape: number[], output: (number | null)[], data: number[] = []) =>
      (): void =>
        resolveLoss(name).checkLabels({ shape, data }, output, 'output "probs"');
    check("mse", [8], [null, 1])();
    check("mse", [8, 1], [null, 1])();
    expect(check("mse", [8, 2], [null, 1])).to.throw(
      /expects labels of shape \[batch, 1\] for output "probs", received \[8, 2\]/,
    );
    expect(check("mse", [8], [null, 3])).to.throw(/expects labels of shape \[batch, 3\]/);
    check("categorical_crossentropy", [8, 3], [null, 3])();
    expect(check("categorical_crossentropy", [8], [null, 3])).to.throw(
      /sparse_categorical_crossentropy[\s\S]*toCategorical\(labels, 3\)/,
    );
    check("sparse_categorical_crossentropy", [3], [null, 3], [0, 1, 2])();
    check("sparse_categorical_crossentropy", [3, 1], [null, 3], [0, 1, 2])();
    expect(check("sparse_categorical_crossentropy", [3], [null, 3], [0, 3, 1])).to.throw(
      /from 0 to 2 .*received 3 at sample 1/,
    );
    expect(check("sparse_categorical_crossentropy", [2], [null, 3], [0.5, 1])).to.throw(/received 0.5/);
    expect(check("sparse_categorical_crossentropy", [2, 3], [null, 3], [0, 0, 1, 1, 0, 0])).to.throw(
      /use "categorical_crossentropy"/,
    );
  });

  it("say which weights they need", () => {
    expect(() => meanSquaredError().call(yTrue, yPred, tensor([1, 2, 3]))).to.throw(
      /sample weights \[3\] don't fit loss values \[4\]/,
    );
  });
});
