// Laws of losses, metrics, activations, regularizers, constraints, initializers and schedules: every registered one.

import { expect } from "chai";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { schedules } from "../../lib/catalog/schedules/index.js";
import { constant } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { Weight } from "../../lib/graph/weight.js";
import {
  activations,
  constraints,
  initializers,
  type Loss,
  losses,
  type Metric,
  metrics,
  regularizers,
} from "../../lib/index.js";
import { checkGradients, weightedTotal } from "./gradients.js";
import { forEachItem, type Kind } from "./items.js";
import { randomView } from "./numbers.js";

const className = ({ className: name }: { readonly className: string }): string => name;

/** A placeholder and its numbers, between -1 and 1 unless said. */
function fed(
  feeds: Map<Tensor, View>,
  shape: readonly number[],
  range: readonly [number, number] = [-1, 1],
  dtype: "float32" | "int32" = "float32",
): Tensor {
  const tensor = placeholder(shape, dtype, `x${feeds.size}`);
  feeds.set(tensor, randomView({ shape, dtype }, feeds.size, 64, range));
  return tensor;
}

const numbersOf = (tensors: readonly Tensor[], feeds: ReadonlyMap<Tensor, View>): View["data"][] =>
  evaluateReference(tensors, feeds, 64).map(({ data }) => data);

describe("law: a loss's gradient is what differences give", () => {
  // Class numbers instead of a number for each output.
  const sparse = new Set(["SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy", "Circle"]);
  const kind: Kind<Loss> = {
    registry: losses,
    classOf: className,
    samples: {
      BinaryCrossentropy: [{}, { from_logits: true, label_smoothing: 0.1 }],
      CategoricalCrossentropy: [{}, { from_logits: true, label_smoothing: 0.1 }, { axis: 1 }],
      SparseCategoricalCrossentropy: [{}, { from_logits: true, ignore_class: 1 }],
      BinaryFocalCrossentropy: [{}, { apply_class_balancing: true, gamma: 1.5 }],
      Huber: [{ delta: 0.2 }],
      Dice: [{}, { axis: 1 }],
      Circle: [{ gamma: 3, margin: 0.3 }],
      MeanSquaredError: [{}, { reduction: "sum" }, { reduction: "none" }],
    },
  };
  forEachItem(kind, (loss) => {
    const feeds = new Map<Tensor, View>();
    const classes = sparse.has(loss.className);
    const yTrue = classes ? fed(feeds, [4], [0, 2], "int32") : fed(feeds, [4, 3], [0, 1]);
    const yPred = fed(feeds, [4, 3], [0.1, 0.9]);
    const total = weightedTotal([loss.call(yTrue, yPred)]);
    const [gradient] = checkGradients(total, [yPred], feeds, `${loss}`);
    expect(
      gradient?.some((value) => value !== 0),
      "a gradient",
    ).equal(true);
    return [...numbersOf([loss.call(yTrue, yPred)], feeds), gradient as View["data"]];
  });
});

describe("law: a metric of two batches is that of both together", () => {
  const kind: Kind<Metric> = {
    registry: metrics,
    classOf: className,
    samples: {
      TopKCategoricalAccuracy: [{ k: 2 }],
      SparseTopKCategoricalAccuracy: [{ k: 2 }],
      IoU: [{ num_classes: 3, target_class_ids: [0, 2] }],
      MeanIoU: [{ num_classes: 3 }],
      OneHotIoU: [{ num_classes: 3, target_class_ids: [0, 2] }],
      OneHotMeanIoU: [{ num_classes: 3 }],
      BinaryIoU: [{ threshold: 0.4 }],
      PrecisionAtRecall: [{ recall: 0.5 }],
      RecallAtPrecision: [{ precision: 0.5 }],
      SensitivityAtSpecificity: [{ specificity: 0.5 }],
      SpecificityAtSensitivity: [{ sensitivity: 0.5 }],
      Precision: [{}, { thresholds: [0.2, 0.7] }, { top_k: 2, class_id: 1 }],
      FBetaScore: [{ beta: 2, threshold: 0.5 }],
      AUC: [{}, { curve: "PR", num_thresholds: 17 }],
    },
  };
  /** Labels and predictions: class numbers, or numbers for each of three outputs. */
  const data = (metric: Metric, rows: number, at: number): [View, View] => {
    const classes = (seed: number): View => randomView({ shape: [rows], dtype: "int32" }, seed, 64, [0, 2]);
    const reals = (seed: number): View => randomView({ shape: [rows, 3], dtype: "float32" }, seed, 64, [0, 1]);
    const bits = { ...randomView({ shape: [rows, 3], dtype: "bool" }, at, 64), dtype: "float32" as const };
    if (/^(IoU|MeanIoU|Accuracy)$/.test(metric.className)) return [classes(at), classes(at + 50)];
    if (/^Sparse/.test(metric.className)) return [classes(at), reals(at + 50)];
    return [/Correlation$/.test(metric.className) ? reals(at) : bits, reals(at + 50)];
  };
  const joined = (a: View, b: View): View => ({
    ...a,
    shape: [(a.shape[0] as number) + (b.shape[0] as number), ...a.shape.slice(1)],
    data: a.dtype === "int32" ? Int32Array.of(...a.data, ...b.data) : Float64Array.of(...a.data, ...b.data),
  });

  forEachItem(kind, (metric) => {
    const [first, second] = [data(metric, 8, 1), data(metric, 5, 2)];
    const both: [View, View] = [joined(first[0], second[0]), joined(first[1], second[1])];
    metric.build([null, ...first[0].shape.slice(1)], [null, ...first[1].shape.slice(1)]);
    /** The states after these batches, and the result. */
    const over = (...batches: readonly [View, View][]): { held: Map<Tensor, View>; result: View["data"] } => {
      const held = new Map<Tensor, View>();
      for (const [state, value] of metric.reset())
        held.set(state.tensor, evaluateReference([value], new Map(), 64)[0] as View);
      for (const [labels, predictions] of batches) {
        const updates = metric.update(constant(labels), constant(predictions));
        const values = evaluateReference([...updates.values()], held, 64);
        [...updates.keys()].forEach((state, i) => {
          held.set(state.tensor, values[i] as View);
        });
      }
      return { held, result: numbersOf([metric.result()], held)[0] as View["data"] };
    };
    const [apart, together] = [over(first, second), over(both).result];
    expect(together.length).greaterThan(0);
    together.forEach((value, i) => {
      expect(apart.result[i]).closeTo(value, 1e-6, metric.className);
    });
    expect([...over(first).held.values()], "the second batch counts").not.deep.equal([...apart.held.values()]);
    return [together];
  });
});

describe("law: an activation's gradient is what differences give", () => {
  const kind: Kind<ReturnType<typeof activations.get>> = {
    registry: activations,
    classOf: ({ name }) => name,
    samples: {
      relu: [{}, { negative_slope: 0.1, max_value: 1, threshold: 0.2 }],
      leaky_relu: [{}, { negative_slope: 0.4 }],
      gelu: [{ approximate: true }, { approximate: false }],
      softmax: [{}, { axis: 0 }],
    },
  };
  forEachItem(kind, (activation) => {
    const feeds = new Map<Tensor, View>();
    const x = fed(feeds, [5, 6], [-3, 3]);
    const y = activation.apply(x);
    expect(y.shape).deep.equal(activation.name === "glu" ? [5, 3] : [5, 6]);
    const gradients = checkGradients(weightedTotal([y]), [x], feeds, activation.name);
    return [...numbersOf([y], feeds), gradients[0] as View["data"]];
  });
});

describe("law: a regularizer's gradient is what differences give", () => {
  const kind: Kind<ReturnType<typeof regularizers.deserialize>> = {
    registry: regularizers,
    classOf: className,
    samples: {
      L1L2: [{ l1: 0.1, l2: 0.2 }],
      OrthogonalRegularizer: [{ factor: 0.3, mode: "columns" }, { mode: "rows" }],
    },
  };
  forEachItem(kind, (regularizer) => {
    const feeds = new Map<Tensor, View>();
    const weight = fed(feeds, [4, 3]);
    const penalty = regularizer(weight);
    const [gradient] = checkGradients(penalty, [weight], feeds, regularizer.className);
    const [value] = numbersOf([penalty], feeds);
    expect(value?.length).equal(1);
    expect(value?.[0]).greaterThan(0);
    return [value as View["data"], gradient as View["data"]];
  });
});

describe("law: a constraint leaves alone what it allows", () => {
  const kind: Kind<ReturnType<typeof constraints.deserialize>> = {
    registry: constraints,
    classOf: className,
    samples: {
      MaxNorm: [{ max_value: 0.7, axis: 0 }],
      MinMaxNorm: [{ min_value: 0.5, max_value: 0.7, rate: 1, axis: 1 }],
    },
  };
  forEachItem(kind, (constraint) => {
    const feeds = new Map<Tensor, View>();
    const weight = fed(feeds, [4, 3]);
    const once = constraint(weight);
    expect(once.shape).deep.equal(weight.shape);
    const [before, after, twice] = numbersOf([weight, once, constraint(once)], feeds) as View["data"][];
    expect([...(after as View["data"])], "changes some").not.deep.equal([...(before as View["data"])]);
    after?.forEach((value, i) => {
      // Norms are kept from zero by 1e-7.
      expect(twice?.[i]).closeTo(value, 1e-6);
    });
    return [after as View["data"]];
  });
});

describe("law: a weight begins the same, however it is cut and wherever it is made", () => {
  const backend = new WasmBackend({ threads: 2 });
  after(() => backend.dispose());
  /** The same for every seed. */
  const fixed = new Set(["Zeros", "Ones", "Constant", "Identity"]);
  const kind: Kind<ReturnType<typeof initializers.deserialize>> = {
    registry: initializers,
    classOf: className,
    samples: {
      Constant: [{ value: 0.3 }],
      VarianceScaling: [{ scale: 2, mode: "fan_avg", distribution: "uniform" }, {}],
      RandomUniform: [{ minval: 1, maxval: 2, seed: 7 }, {}],
      Orthogonal: [{ gain: 2 }],
    },
  };
  forEachItem(kind, async (initializer) => {
    const shape = [6, 5];
    const values = (seed: number, rows?: { start: number; count: number }): View =>
      evaluateReference([initializer.build(shape, "float32", seed, rows)], new Map(), 32)[0] as View;
    const whole = values(3);
    expect(whole.shape).deep.equal(shape);
    const part = values(3, { start: 2, count: 3 });
    expect([...part.data]).deep.equal([...whole.data.slice(10, 25)]);
    const always = fixed.has(initializer.className) || typeof initializer.getConfig()["seed"] === "number";
    expect([...values(4).data].join() === [...whole.data].join(), "the same for another seed").equal(always);
    const weight = new Weight({ name: "w", shape, initializer });
    const made = await backend.readWeight(weight);
    values(weight.seed).data.forEach((value, i) => {
      expect(made[i]).closeTo(value, 1e-6);
    });
    return [whole.data];
  });
});

describe("law: a schedule's rate is the same as a number and in a program", () => {
  const kind: Kind<ReturnType<typeof schedules.deserialize>> = {
    registry: schedules,
    classOf: className,
    samples: {
      ExponentialDecay: [{ initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.5, staircase: true }],
      InverseTimeDecay: [{ initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.5 }],
      PolynomialDecay: [{ initial_learning_rate: 0.1, decay_steps: 10, power: 2, cycle: true }],
      PiecewiseConstantDecay: [{ boundaries: [3, 9], values: [0.3, 0.2, 0.1] }],
      CosineDecay: [{ initial_learning_rate: 0.1, decay_steps: 10, warmup_target: 0.3, warmup_steps: 4 }],
      CosineDecayRestarts: [{ initial_learning_rate: 0.1, first_decay_steps: 5, t_mul: 1.5 }],
    },
  };
  forEachItem(kind, (schedule) => {
    const iteration = placeholder([], "int32", "iteration");
    const value = schedule.valueAt(iteration);
    const rates = [0, 1, 2, 5, 9, 10, 11, 40].map((step) => {
      const feeds = new Map([[iteration, { shape: [], dtype: "int32" as const, data: Int32Array.of(step) }]]);
      const rate = evaluateReference([value], feeds, 32)[0]?.data[0] as number;
      expect(schedule.at(step)).equal(rate);
      expect(rate).within(0, 0.31);
      return rate;
    });
    expect(new Set(rates).size, "rates").greaterThan(2);
    return [rates];
  });
});
