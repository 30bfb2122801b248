// Models for files: one for every registered layer, optimizer, loss, metric and the like, and whole ones. The laws of files use them, and
// so does what compares our files with Keras.

import { schedules } from "../../lib/catalog/schedules/index.js";
import type { Shape } from "../../lib/graph/shape.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import {
  activations,
  add,
  bidirectional,
  type CompileOptions,
  concatenate,
  constraints,
  dense,
  embedding,
  flatten,
  gru,
  initializers,
  input,
  Layer,
  layers,
  losses,
  lstm,
  type Model,
  masking,
  metrics,
  model,
  ops,
  optimizers,
  regularizers,
  sequential,
  timeDistributed,
  type Weight,
} from "../../lib/index.js";
import type { Structured } from "../../lib/train/structure.js";
import { layerSamples } from "./layerSamples.js";
import { applied, inputViews } from "./layerTrial.js";
import { randomView } from "./numbers.js";

export type AnyModel = Model<Structured<Tensor>>;

/** An array as the API takes it. */
export interface Data {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly data: ArrayLike<number>;
}

export interface FileSample {
  readonly name: string;
  make(): AnyModel;
  /** A batch to train on; without labels the model isn't compiled. */
  readonly x: readonly Data[];
  readonly y?: readonly Data[];
  /** Steps before the model is saved. Default 1. */
  readonly steps?: number;
  /** It draws random numbers while training: nothing to compare there. */
  readonly random?: boolean;
  /** Classes and functions of the user's own in it. */
  readonly customObjects?: Readonly<Record<string, unknown>>;
}

const rows = 4;
const reals = (shape: readonly number[], seed: number, range: readonly [number, number] = [-1, 1]): Data => ({
  ...randomView({ shape, dtype: "float32" }, seed, 32, range),
});
const classes = (shape: readonly number[], seed: number, last: number): Data => ({
  ...randomView({ shape, dtype: "int32" }, seed, 32, [0, last]),
});

/** Names of all classes of a folder. */
const classNames = (registry: { names(): string[] }): string[] =>
  registry.names().filter((name) => /^[A-Z]/.test(name));

function layerFiles(): FileSample[] {
  return Object.entries(layerSamples).flatMap(([name, samples]) =>
    samples.map((sample, i): FileSample => {
      const views = inputViews(sample, rows);
      const inputsOf = (): Tensor[] =>
        sample.inputs.map((shape, at) => input([...shape], { dtype: sample.dtype ?? "float32", name: `x${at}` }));
      const make = (): AnyModel => {
        const inputs = inputsOf();
        const layer = layers.deserialize({ class_name: name, config: sample.config });
        const whole = model({ inputs, outputs: applied(layer, inputs) }) as AnyModel;
        whole.compile({ optimizer: "adam", loss: "mse" });
        return whole;
      };
      const outputs = make().outputs;
      const random = /"(dropout|recurrent_dropout|rate|stddev)":0\.[1-9]/.test(JSON.stringify(sample.config));
      const trained = make().trainableWeights.length > 0;
      return {
        name: `layer ${name} ${i}`,
        make,
        x: views,
        ...(trained
          ? { y: outputs.map(({ shape }, at) => reals([rows, ...(shape.slice(1) as number[])], 70 + at)) }
          : {}),
        random,
      };
    }),
  );
}

/** A small model with all that `compile` may be told. */
function compiledWith(options: CompileOptions, units = 3, activation: "sigmoid" | "softmax" = "sigmoid"): AnyModel {
  const x = input([4], { name: "x" });
  const whole = model({ inputs: x, outputs: dense(units, { activation })(dense(5, { activation: "tanh" })(x)) });
  whole.compile(options);
  return whole as unknown as AnyModel;
}

const x4 = reals([6, 4], 3);

const optimizerSettings: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  SGD: [
    { momentum: 0.5, nesterov: true, clipnorm: 1 },
    { learning_rate: 0.1, gradient_accumulation_steps: 2 },
  ],
  Adam: [{ amsgrad: true, use_ema: true, ema_momentum: 0.5, ema_overwrite_frequency: 2 }, { global_clipnorm: 0.1 }],
  RMSprop: [{ centered: true, momentum: 0.3, clipvalue: 0.1 }],
};

function optimizerFiles(): FileSample[] {
  return classNames(optimizers).flatMap((class_name) =>
    [{}, ...(optimizerSettings[class_name] ?? [])].map(
      (config, i): FileSample => ({
        name: `optimizer ${class_name} ${i}`,
        make: () => compiledWith({ optimizer: { class_name, config }, loss: "mse" }),
        x: [x4],
        y: [reals([6, 3], 5, [0, 1])],
        steps: 3,
      }),
    ),
  );
}

const scheduleSettings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ExponentialDecay: { initial_learning_rate: 0.1, decay_steps: 2, decay_rate: 0.5, staircase: true },
  InverseTimeDecay: { initial_learning_rate: 0.1, decay_steps: 2, decay_rate: 0.5 },
  PolynomialDecay: { initial_learning_rate: 0.1, decay_steps: 2, power: 2, cycle: true },
  PiecewiseConstantDecay: { boundaries: [1, 3], values: [0.3, 0.2, 0.1] },
  CosineDecay: { initial_learning_rate: 0.1, decay_steps: 10, warmup_target: 0.3, warmup_steps: 4 },
  CosineDecayRestarts: { initial_learning_rate: 0.1, first_decay_steps: 2, t_mul: 1.5 },
};

function scheduleFiles(): FileSample[] {
  return classNames(schedules).map((class_name) => ({
    name: `schedule ${class_name}`,
    make: () => {
      const learning_rate = { class_name, config: scheduleSettings[class_name] ?? {} };
      return compiledWith({ optimizer: { class_name: "SGD", config: { learning_rate } }, loss: "mse" });
    },
    x: [x4],
    y: [reals([6, 3], 5, [0, 1])],
    steps: 3,
  }));
}

const sparse = new Set(["SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy", "Circle"]);

function lossFiles(): FileSample[] {
  return classNames(losses).map((class_name) => ({
    name: `loss ${class_name}`,
    make: () =>
      compiledWith(
        { optimizer: "sgd", loss: { class_name, config: class_name === "Huber" ? { delta: 0.2 } : {} } },
        3,
        /Categorical|Circle/.test(class_name) ? "softmax" : "sigmoid",
      ),
    x: [x4],
    y: [sparse.has(class_name) ? classes([6], 5, 2) : reals([6, 3], 5, [0.1, 0.9])],
  }));
}

const metricSettings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  TopKCategoricalAccuracy: { k: 2 },
  SparseTopKCategoricalAccuracy: { k: 2 },
  OneHotIoU: { num_classes: 3, target_class_ids: [0, 2] },
  OneHotMeanIoU: { num_classes: 3 },
  BinaryIoU: { threshold: 0.4 },
  PrecisionAtRecall: { recall: 0.5 },
  RecallAtPrecision: { precision: 0.5 },
  SensitivityAtSpecificity: { specificity: 0.5 },
  SpecificityAtSensitivity: { sensitivity: 0.5 },
  FBetaScore: { beta: 2, threshold: 0.5, average: "macro" },
  AUC: { curve: "PR", num_thresholds: 17 },
};
/** These compare class numbers, or take no labels. */
const apart = new Set(["IoU", "MeanIoU", "Mean", "Sum", "Accuracy"]);

function metricFiles(): FileSample[] {
  return classNames(metrics)
    .filter((class_name) => !apart.has(class_name))
    .map((class_name) => ({
      name: `metric ${class_name}`,
      make: () =>
        compiledWith(
          {
            optimizer: "sgd",
            loss: /^Sparse/.test(class_name) ? "sparse_categorical_crossentropy" : "mse",
            metrics: [metrics.deserialize({ class_name, config: metricSettings[class_name] ?? {} })],
          },
          3,
          "softmax",
        ),
      x: [x4],
      y: [
        /^Sparse/.test(class_name)
          ? classes([6], 5, 2)
          : { ...reals([6, 3], 6), data: Float32Array.from(reals([6, 3], 6).data, (value) => (value > 0 ? 1 : 0)) },
      ],
    }));
}

function settingFiles(): FileSample[] {
  const dense5 = (name: string, options: Readonly<Record<string, unknown>>): FileSample => ({
    name,
    make: () => {
      const config = { units: 5, ...options };
      const x = input([4], { name: "x" });
      const whole = model({ inputs: x, outputs: layers.deserialize({ class_name: "Dense", config })(x) as Tensor });
      whole.compile({ optimizer: "sgd", loss: "mse" });
      return whole as unknown as AnyModel;
    },
    x: [x4],
    y: [reals([6, name === "activation glu" ? 2 : 5], 5)],
  });
  const constraintSettings = { MaxNorm: { max_value: 0.3 }, MinMaxNorm: { min_value: 0.2, max_value: 0.3 } };
  return [
    ...classNames(constraints).map((class_name) =>
      dense5(`constraint ${class_name}`, {
        kernel_constraint: { class_name, config: (constraintSettings as Record<string, object>)[class_name] ?? {} },
      }),
    ),
    ...classNames(regularizers).map((class_name) =>
      dense5(`regularizer ${class_name}`, {
        kernel_regularizer: { class_name, config: {} },
        bias_regularizer: { class_name: "L2", config: { l2: 0.1 } },
      }),
    ),
    ...classNames(initializers).map((class_name) =>
      dense5(`initializer ${class_name}`, { kernel_initializer: { class_name, config: {} } }),
    ),
    ...activations
      .names()
      .filter((name) => activations.get(name as never).name === name && name !== "glu" && name !== "threshold")
      .map((activation) => dense5(`activation ${activation}`, { activation })),
    dense5("activation with settings", { activation: { class_name: "leaky_relu", config: { negative_slope: 0.4 } } }),
  ];
}

/** A layer of the user's own. */
export class Scale extends Layer {
  override readonly masking = "keeps" as const;
  readonly start: number;
  factor!: Weight;
  constructor(options: { readonly start?: number; readonly name?: string } = {}) {
    super(options);
    this.start = options.start ?? 1;
  }
  override build([shape]: readonly Shape[]): void {
    const width = (shape as Shape).at(-1) as number;
    this.factor = this.addWeight({ name: "factor", shape: [width], initializer: initializers.constant(this.start) });
  }
  override call(x: Tensor | Tensor[]): Tensor {
    return ops.multiply(x as Tensor, this.factor);
  }
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), start: this.start };
  }
}

/** A loss of the user's own. */
export function cubed(yTrue: Tensor, yPred: Tensor): Tensor {
  return ops.mean(ops.power(ops.absolute(ops.subtract(yPred, yTrue)), 3), { axis: -1 });
}

function wholeFiles(): FileSample[] {
  const two = (): AnyModel => {
    const [left, right] = [input([4], { name: "left" }), input([4], { name: "right" })];
    const shared = dense(3, { activation: "relu", name: "shared" });
    const inner = input([3], { name: "inner_input" });
    const block = model({ inputs: inner, outputs: add([inner, dense(3, { name: "own" })(inner)]), name: "block" });
    const a = block(shared(left));
    const b = block(shared(right));
    const whole = model({
      inputs: [left, right],
      outputs: { sum: dense(2, { name: "sum" })(concatenate([a, b])), twice: ops.multiply(ops.add(a, b), 2) },
    });
    whole.compile({
      optimizer: optimizers.deserialize({ class_name: "Adam", config: { learning_rate: 0.01 } }),
      loss: { sum: "mse", twice: losses.huber({ delta: 0.5 }) },
      lossWeights: { sum: 1, twice: 0.3 },
      metrics: { sum: ["mae", metrics.rootMeanSquaredError()] },
    });
    return whole as unknown as AnyModel;
  };
  const text = (): AnyModel => {
    const words = input([5], { name: "words", dtype: "int32" });
    const known = embedding(7, 3, { maskZero: true })(words);
    const both = bidirectional(lstm(2, { returnSequences: true }))(known);
    const each = timeDistributed(dense(2))(both);
    const whole = model({ inputs: words, outputs: dense(1, { activation: "sigmoid" })(gru(3)(each)) });
    whole.compile({ optimizer: "rmsprop", loss: "binary_crossentropy", metrics: ["accuracy"] });
    return whole as unknown as AnyModel;
  };
  const chain = (): AnyModel => {
    const inner = sequential([dense(3, { activation: "relu" }), dense(2)], { name: "inner" });
    const whole = sequential([input([3, 2], { name: "x" }), flatten(), inner, new Scale({ start: 0.5 })]);
    inner.layers[0]?.describe();
    whole.compile({ optimizer: "sgd", loss: cubed });
    return whole as unknown as AnyModel;
  };
  const frozen = (): AnyModel => {
    const x = input([4, 3], { name: "x" });
    const first = dense(3, { name: "still" });
    first.trainable = false;
    const whole = model({ inputs: x, outputs: gru(2)(first(masking({ maskValue: 0 })(x))) });
    whole.compile({ optimizer: "adam", loss: "mse" });
    return whole as unknown as AnyModel;
  };
  return [
    {
      name: "whole two",
      make: two,
      x: [x4, reals([6, 4], 9)],
      y: [reals([6, 2], 10), reals([6, 3], 11)],
      steps: 2,
    },
    { name: "whole text", make: text, x: [classes([6, 5], 12, 6)], y: [classes([6, 1], 13, 1)], steps: 2 },
    {
      name: "whole chain",
      make: chain,
      x: [reals([6, 3, 2], 14)],
      y: [reals([6, 2], 15)],
      customObjects: { Scale, cubed },
    },
    { name: "whole frozen", make: frozen, x: [reals([6, 4, 3], 16)], y: [reals([6, 2], 17)] },
  ];
}

/** All samples. */
export const fileSamples = (): FileSample[] => [
  ...layerFiles(),
  ...optimizerFiles(),
  ...scheduleFiles(),
  ...lossFiles(),
  ...metricFiles(),
  ...settingFiles(),
  ...wholeFiles(),
];
