import { expect } from "chai";
import { huber } from "../../lib/catalog/losses/index.js";
import { confusionOf } from "../../lib/catalog/metrics/confusion.js";
import {
  auc,
  Metric,
  metrics,
  precision,
  resolveAccuracy,
  resolveMetric,
  type StateValues,
} from "../../lib/catalog/metrics/index.js";
import { max, maximum } from "../../lib/catalog/ops/index.js";
import { makeView } from "../../lib/graph/reference.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import type { Weight } from "../../lib/graph/weight.js";
import { numbers, tensor } from "./values.js";

/** A metric's result after one batch. */
function once(metric: Metric, yTrue: Tensor, yPred: Tensor, weight?: Tensor): number[] {
  metric.build(yTrue.shape, yPred.shape);
  const feeds = new Map(metric.states.map((state) => [state.tensor, makeView(state, 32)]));
  return numbers(metric.result(metric.update(yTrue, yPred, weight)), feeds);
}

class Largest extends Metric {
  private readonly largest = this.addState("largest", []);
  override update(_yTrue: Tensor, yPred: Tensor): Map<Weight, Tensor> {
    return new Map([[this.largest, maximum(this.largest.tensor, max(yPred))]]);
  }
  override result(states?: StateValues): Tensor {
    return this.valueOf(this.largest, states);
  }
}

describe("metrics", () => {
  it("read accuracy from the shapes as Keras does", () => {
    expect(resolveAccuracy([null, 1], [null, 1]).className).to.equal("BinaryAccuracy");
    expect(resolveAccuracy([null], [null, 3]).className).to.equal("SparseCategoricalAccuracy");
    expect(resolveAccuracy([null, 1], [null, 3]).className).to.equal("SparseCategoricalAccuracy");
    expect(resolveAccuracy([null, 3], [null, 3]).className).to.equal("CategoricalAccuracy");
    expect(resolveMetric("acc", [null], [null, 3]).name).to.equal("acc");
  });

  it("come from names, functions, losses, configs and instances", () => {
    const shapes = [
      [null, 2],
      [null, 2],
    ] as const;
    expect(resolveMetric("mse", ...shapes)).to.include({ className: "MeanSquaredError", name: "mse" });
    expect(resolveMetric("huber", ...shapes)).to.include({ className: "LossMetric", name: "huber" });
    expect(resolveMetric(huber(), ...shapes).name).to.equal("huber_loss");
    const error = (a: Tensor, b: Tensor): Tensor => maximum(a, b);
    expect(resolveMetric(error, ...shapes).name).to.equal("error");
    expect(
      resolveMetric({ class_name: "Precision", config: { thresholds: 0.7 } }, ...shapes).getConfig()["thresholds"],
    ).to.equal(0.7);
    expect(() => resolveMetric("acuracy" as "acc", ...shapes)).to.throw(/did you mean "accuracy"/);
  });

  it("every one is made from its own config", () => {
    const needed: Record<string, Record<string, unknown>> = {
      IoU: { num_classes: 3, target_class_ids: [0] },
      MeanIoU: { num_classes: 3 },
      OneHotIoU: { num_classes: 3, target_class_ids: [0] },
      OneHotMeanIoU: { num_classes: 3 },
      PrecisionAtRecall: { recall: 0.5 },
      RecallAtPrecision: { precision: 0.5 },
      SensitivityAtSpecificity: { specificity: 0.5 },
      SpecificityAtSensitivity: { sensitivity: 0.5 },
    };
    for (const name of metrics.names().filter((one) => /^[A-Z][A-Za-z0-9]*[a-z]/.test(one))) {
      const metric = metrics.deserialize({ class_name: name, config: needed[name] ?? {} });
      expect(metrics.deserialize({ class_name: name, config: metric.getConfig() }).getConfig(), name).to.deep.equal(
        metric.getConfig(),
      );
    }
  });

  it("weigh the mean of each sample", () => {
    const result = once(
      resolveMetric("mae", [2, 2], [2, 2]),
      tensor([0, 0, 0, 0], [2, 2]),
      tensor([1, 3, 10, 20], [2, 2]),
      tensor([3, 1]),
    );
    expect(result[0]).to.be.closeTo((2 * 3 + 15) / 4, 1e-6);
  });

  it("leave masked predictions out", () => {
    const mask = tensor([1, 0], [2], "bool");
    const result = once(
      resolveMetric("mae", [2, 1], [2, 1]),
      tensor([0, 0], [2, 1]),
      tensor([1, 9], [2, 1]).withMask(mask),
    );
    expect(result).to.deep.equal([1]);
  });

  it("count many predictions by bucket as they count few one by one", () => {
    const size = 700;
    const yPred = Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 100);
    const yTrue = Array.from({ length: size }, (_, i) => ((i * i) % 3 === 0 ? 1 : 0));
    for (const thresholds of [auc().getConfig()["num_thresholds"] as number, 5].map((n) =>
      Array.from({ length: n }, (_, i) => i / (n - 1)),
    )) {
      const parts = Array.from({ length: size / 4 }, (_, i) => i * 4);
      const whole = confusionOf(tensor(yTrue), tensor(yPred), { thresholds });
      for (const kind of ["truePositives", "falsePositives", "trueNegatives", "falseNegatives"] as const) {
        const sums = new Array<number>(thresholds.length).fill(0);
        for (const start of parts) {
          const [a, b] = [yTrue.slice(start, start + 4), yPred.slice(start, start + 4)];
          numbers(confusionOf(tensor(a), tensor(b), { thresholds })[kind]).forEach((value, t) => {
            sums[t] = (sums[t] as number) + value;
          });
        }
        expect(numbers(whole[kind]), kind).to.deep.equal(sums);
      }
    }
  });

  it("give one area per label, and their mean", () => {
    const yTrue = tensor([1, 0, 0, 1, 1, 1, 0, 0], [4, 2]);
    const yPred = tensor([0.9, 0.8, 0.2, 0.3, 0.7, 0.6, 0.1, 0.4], [4, 2]);
    expect(once(auc({ multiLabel: true }), yTrue, yPred)[0]).to.be.closeTo((1 + 0.25) / 2, 1e-6);
    expect(once(auc({ multiLabel: true, labelWeights: [1, 3] }), yTrue, yPred)[0]).to.be.closeTo((1 + 0.75) / 4, 1e-6);
  });

  it("refuse thresholds outside of [0, 1]", () => {
    expect(() => precision({ thresholds: 2 })).to.throw(/between 0 and 1, received 2/);
  });

  it("can be written by users, and reset", () => {
    const metric = new Largest();
    expect(metric.name).to.match(/^largest/);
    expect(once(metric, tensor([0, 0]), tensor([3, 1]))).to.deep.equal([3]);
    expect([...metric.reset().values()].map((zero) => numbers(zero))).to.deep.equal([[0]]);
  });
});
