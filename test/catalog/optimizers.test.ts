import { expect } from "chai";
import { filledWith } from "../../lib/catalog/fill.js";
import { maximum, multiply, sign, subtract } from "../../lib/catalog/ops/index.js";
import {
  adam,
  adamW,
  Optimizer,
  optimizers,
  resolveOptimizer,
  type StepScalars,
  sgd,
  type UpdateInput,
  type UpdateOutput,
} from "../../lib/catalog/optimizers/index.js";
import { cosineDecay, Schedule, schedules } from "../../lib/catalog/schedules/index.js";
import { callsOf } from "../../lib/graph/network.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { Weight } from "../../lib/graph/weight.js";
import { tensor } from "./values.js";

/** Holds numbers between steps. */
class Run {
  readonly held = new Map<Tensor, View>();
  private readonly optimizer: Optimizer;
  private readonly weights: readonly Weight[];

  constructor(optimizer: Optimizer, weights: readonly Weight[]) {
    this.optimizer = optimizer;
    this.weights = weights;
    optimizer.build(weights);
    for (const state of [...weights, ...optimizer.variables]) {
      this.held.set(
        state.tensor,
        evaluateReference([state.initializer.build(state.shape, state.dtype, 0)], new Map())[0] as View,
      );
    }
  }

  step(...grads: number[]): number[] {
    const pairs = this.weights.map((weight, i) => ({
      weight,
      value: weight.tensor,
      grad: tensor([grads[i] as number]),
    }));
    const updates = this.optimizer.apply(pairs);
    const values = evaluateReference([...updates.values()], this.held);
    [...updates.keys()].forEach((weight, i) => {
      this.held.set(weight.tensor, values[i] as View);
    });
    return this.weights.map(({ tensor: place }) => this.held.get(place)?.data[0] as number);
  }
}

const weightOf = (name: string, value: number, constraint?: (w: Tensor) => Tensor): Weight =>
  new Weight({ name, shape: [1], initializer: filledWith(value), constraint: constraint ?? null });

class SignDescent extends Optimizer {
  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    return ({ value, grad }) => ({ value: subtract(value, multiply(rate, sign(grad))) });
  }
}

describe("optimizers", () => {
  it("come from names, configs and instances", () => {
    expect(resolveOptimizer("adam").className).to.equal("Adam");
    expect(resolveOptimizer("RMSprop" as "rmsprop").className).to.equal("RMSprop");
    expect(resolveOptimizer({ class_name: "SGD", config: { learning_rate: 0.5, momentum: 0.9 } })).to.include({
      rate: 0.5,
      momentum: 0.9,
    });
    expect(() => resolveOptimizer("adamm" as "adam")).to.throw(/did you mean "adam"/);
    for (const name of [
      "sgd",
      "adam",
      "adamw",
      "rmsprop",
      "adagrad",
      "adadelta",
      "adamax",
      "nadam",
      "lion",
      "ftrl",
      "adafactor",
      "lamb",
    ]) {
      const made = optimizers.get(name);
      expect(
        optimizers.deserialize({ class_name: made.className, config: made.getConfig() }).getConfig(),
      ).to.deep.equal(made.getConfig());
    }
  });

  it("name their variables as Keras does", () => {
    const weight = weightOf("kernel", 0);
    weight.path = "dense/kernel";
    const optimizer = adam({ name: "adam" });
    optimizer.build([weight]);
    const names = ["adam/iteration", "adam/learning_rate", "adam/dense_kernel_momentum", "adam/dense_kernel_velocity"];
    expect(optimizer.variables.map(({ path }) => path)).to.deep.equal(names);
    optimizer.build([weight]);
    expect(optimizer.variables).to.have.length(4);
  });

  it("put gradients of several steps together", () => {
    const run = new Run(sgd({ learningRate: 1, gradientAccumulationSteps: 2 }), [weightOf("w", 0)]);
    expect(run.step(1)).to.deep.equal([0]);
    expect(run.step(3)).to.deep.equal([-2]);
    expect(run.step(10)).to.deep.equal([-2]);
    expect(run.step(0)).to.deep.equal([-7]);
  });

  it("shrink weights apart from their gradient, but not excluded ones", () => {
    const optimizer = adamW({ learningRate: 0.5, weightDecay: 0.1, excludeFromWeightDecay: ["bias"] });
    const run = new Run(optimizer, [weightOf("kernel", 2), weightOf("bias", 2)]);
    const [kernel, bias] = run.step(0, 0);
    expect(kernel).to.be.closeTo(2 - 2 * 0.05, 1e-6);
    expect(bias).to.equal(2);
  });

  it("apply constraints after the update", () => {
    const run = new Run(sgd({ learningRate: 1 }), [weightOf("w", 0.5, (w) => maximum(w, 0))]);
    expect(run.step(3)).to.deep.equal([0]);
  });

  it("keep no denormal numbers", () => {
    const weight = weightOf("w", 1);
    const optimizer = adam();
    const run = new Run(optimizer, [weight]);
    run.step(1e-18);
    for (const slot of optimizer.slots(weight).values()) {
      const value = Math.abs(run.held.get(slot.tensor)?.data[0] as number);
      expect(value === 0 || value >= 1e-30).to.equal(true);
    }
  });

  it("compute what weights share once per step", () => {
    const weights = [weightOf("a", 1), weightOf("b", 1)];
    const powers = (count: number): number => {
      const optimizer = adam();
      const updates = optimizer.apply(
        weights.slice(0, count).map((weight) => ({ weight, value: weight.tensor, grad: tensor([1]) })),
      );
      return callsOf([...updates.values()]).filter(({ op }) => op?.name === "power").length;
    };
    expect(powers(1)).to.equal(2);
    expect(powers(2)).to.equal(2);
  });

  it("follow a schedule, and can be written by users", () => {
    const run = new Run(new SignDescent({ learningRate: cosineDecay(1, 2) }, 0.1), [weightOf("w", 0)]);
    const path = [run.step(1), run.step(-5), run.step(1)].map(([value]) => value as number);
    expect(path[0]).to.equal(-1);
    expect(path[1]).to.be.closeTo(-0.5, 1e-6);
    expect(path[2]).to.be.closeTo(-0.5, 1e-6);
  });

  it("refuse settings that make no sense", () => {
    expect(() => sgd({ clipnorm: 1, clipvalue: 1 })).to.throw(/only one of clipnorm/);
    expect(() => sgd({ momentum: 2 })).to.throw(/momentum must be between 0 and 1, received 2/);
    expect(() => adam({ gradientAccumulationSteps: 1 })).to.throw(/whole number from 2/);
    expect(() => sgd({ useEma: true, emaOverwriteFrequency: 0.5 })).to.throw(/emaOverwriteFrequency must be a whole/);
    const bare = { weightDecay: null as unknown as number };
    expect(() => adamW(bare)).to.throw(/weightDecay must be a number[\s\S]*it is adam\(\)/);
    expect(() => adam({ learningRate: "fast" as unknown as number })).to.throw(/must be a number or a schedule/);
  });
});

describe("schedules", () => {
  it("tell the rate of any step", () => {
    expect(cosineDecay(0, 10, { warmupTarget: 1, warmupSteps: 4 }).at(2)).to.equal(0.5);
    expect(
      schedules.deserialize({ class_name: "CosineDecay", config: cosineDecay(1, 2).getConfig() }),
    ).to.be.instanceOf(Schedule);
  });

  it("refuse empty periods", () => {
    expect(() => cosineDecay(1, 0)).to.throw(/decaySteps must be above 0/);
  });
});
