// Whole models for files: shared layers, models inside of models, masks, layers and losses of one's own.

import type { Shape } from "../../lib/graph/shape.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import {
  add,
  bidirectional,
  concatenate,
  dense,
  embedding,
  flatten,
  gru,
  initializers,
  input,
  Layer,
  losses,
  lstm,
  type Model,
  masking,
  metrics,
  model,
  ops,
  optimizers,
  sequential,
  timeDistributed,
  type Weight,
} from "../../lib/index.js";
import type { Structured } from "../../lib/train/structure.js";
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

export const reals = (shape: readonly number[], seed: number, range: readonly [number, number] = [-1, 1]): Data => ({
  ...randomView({ shape, dtype: "float32" }, seed, 32, range),
});
export const classes = (shape: readonly number[], seed: number, last: number): Data => ({
  ...randomView({ shape, dtype: "int32" }, seed, 32, [0, last]),
});

const x4 = reals([6, 4], 3);

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

export function wholeFiles(): FileSample[] {
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
