import { expect } from "chai";
import { huber, sparseCategoricalCrossentropy } from "../../lib/catalog/losses/index.js";
import { confusionOf } from "../../lib/catalog/metrics/confusion.js";
import {
  auc,
  concordanceCorrelation,
  f1Score,
  Metric,
  metrics,
  pearsonCorrelation,
  precision,
  r2Score,
  resolveAccuracy,
  resolveMetric,
  type StateValues,
  sparseTopKCategoricalAccuracy,
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

  it("give Keras's correlations", () => {
    // Keras 3.15.1 on these arrays.
    const yTrue = tensor([1, 2, 4, 3, 0, 1, 0, 5], [2, 4]);
    const yPred = tensor([1.5, 2, 3, 3.5, 1, 0, 0.5, 2], [2, 4]);
    for (const [make, rows, weighted, columns] of [
      [pearsonCorrelation, 0.813726, 0.796325, 0.5],
      [concordanceCorrelation, 0.628916, 0.543373, 0.340317],
    ] as const) {
      expect(once(make(), yTrue, yPred)[0]).to.be.closeTo(rows, 1e-5);
      expect(once(make(), yTrue, yPred, tensor([1, 3]))[0]).to.be.closeTo(weighted, 1e-5);
      expect(once(make({ axis: 0 }), yTrue, yPred)[0]).to.be.closeTo(columns, 1e-5);
    }
  });

  it("find labels among class numbers that come best first", () => {
    const ids = tensor([1, 0, 3, 2, 3, 0, 0, 2, 1, 0, 1, 2], [4, 3]);
    const metric = sparseTopKCategoricalAccuracy({ k: 2, fromSortedIds: true });
    expect(once(metric, tensor([1, 0, 2, 3], [4], "int32"), ids)).to.deep.equal([0.5]);
    expect(metric.getConfig()).to.include({ k: 2, from_sorted_ids: true });
    expect(sparseTopKCategoricalAccuracy().getConfig()).not.to.have.property("from_sorted_ids");
  });

  it("adjust the share of variance by Keras's count of values", () => {
    // Keras 3.15.1 on these arrays.
    const yTrue = tensor([1, 2, 3, 4, 5, 7], [3, 2]);
    const yPred = tensor([1.5, 2, 2, 4, 5, 6], [3, 2]);
    for (const [numRegressors, want] of [
      [0, 0.928281],
      [1, 0.910352],
      [3, 0.820703],
    ] as const) {
      expect(once(r2Score({ numRegressors }), yTrue, yPred, tensor([1, 0, 2]))[0]).to.be.closeTo(want, 1e-5);
    }
  });

  it("average what a loss makes of each batch, without the class that it ignores", () => {
    const shapes = [[null], [null, 3]] as const;
    const metric = resolveMetric(sparseCategoricalCrossentropy({ ignoreClass: 0 }), ...shapes);
    const yPred = tensor([0.2, 0.5, 0.3, 0.1, 0.6, 0.3, 0.3, 0.3, 0.4], [3, 3]);
    const [value] = once(metric, tensor([0, 1, 2], [3], "int32"), yPred);
    expect(value).to.be.closeTo((-Math.log(0.6) - Math.log(0.4)) / 2, 1e-6);
  });

  it("say whether more or less is better", () => {
    const shapes = [
      [null, 2],
      [null, 2],
    ] as const;
    for (const name of ["accuracy", "auc", "precision", "r2_score", "cosine_similarity", "mean_io_u"] as const) {
      const like = name === "mean_io_u" ? { class_name: "MeanIoU", config: { num_classes: 2 } } : name;
      expect(resolveMetric(like, ...shapes).direction, name).to.equal("up");
    }
    for (const name of ["mse", "root_mean_squared_error", "hinge", "huber"] as const) {
      expect(resolveMetric(name, ...shapes).direction, name).to.equal("down");
    }
    expect(resolveMetric(huber(), ...shapes).direction).to.equal("down");
    expect(resolveMetric("sum", ...shapes).direction).to.equal(null);
  });

  it("refuse averages that nobody knows", () => {
    expect(() => f1Score({ average: "marco" as "macro" })).to.throw(
      /average must be one of null, "micro", "macro", "weighted", received "marco"[\s\S]*did you mean "macro"/,
    );
    expect(() => r2Score({ classAggregation: "mean" as "uniform_average" })).to.throw(
      /classAggregation must be one of/,
    );
    expect(() => auc({ curve: "RCO" as "ROC" })).to.throw(/curve must be one of "ROC", "PR", "PRGAIN", received "RCO"/);
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
