// Models for files: one for every registered layer, optimizer, loss, metric and the like, and whole ones. The laws of files use them, and
// so does what compares our files with Keras.

import { schedules } from "../../lib/catalog/schedules/index.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import {
  activations,
  type CompileOptions,
  constraints,
  dense,
  initializers,
  input,
  layers,
  losses,
  metrics,
  model,
  optimizers,
  regularizers,
} from "../../lib/index.js";
import { layerSamples } from "./layerSamples.js";
import { applied, inputViews } from "./layerTrial.js";
import { opCalls } from "./opCalls.js";
import { type AnyModel, classes, type FileSample, reals, wholeFiles } from "./wholeSamples.js";

export type { AnyModel, FileSample };

const rows = 4;

/** Names of all classes of a folder. */
const classNames = (registry: { names(): string[] }): string[] =>
  registry.names().filter((name) => /^[A-Z]/.test(name));

/** Bare ops that Keras has as well. */
function opFiles(): FileSample[] {
  return opCalls
    .filter(({ own }) => !own)
    .map(
      ({ op, inputs, dtype, range = [-1, 1], call }, i): FileSample => ({
        name: `op ${op} ${i}`,
        make: () => {
          const tensors = inputs.map((shape, at) => input([...shape], { dtype: dtype ?? "float32", name: `x${at}` }));
          return model({ inputs: tensors, outputs: call(...tensors) }) as AnyModel;
        },
        x: inputs.map((shape, at) =>
          dtype ? classes([rows, ...shape], 7 + at, 3) : reals([rows, ...shape], 7 + at, range),
        ),
      }),
    );
}

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

/** All samples. */
export const fileSamples = (): FileSample[] => [
  ...layerFiles(),
  ...optimizerFiles(),
  ...scheduleFiles(),
  ...lossFiles(),
  ...metricFiles(),
  ...settingFiles(),
  ...wholeFiles(),
  ...opFiles(),
];
