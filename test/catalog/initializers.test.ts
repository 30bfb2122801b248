import { expect } from "chai";
import { initializers, orthogonal, varianceScaling } from "../../lib/catalog/initializers/index.js";
import { fansOf } from "../../lib/catalog/initializers/varianceScaling.js";
import { iota, multiply, reshape } from "../../lib/catalog/ops/index.js";
import { configure, dense, input, Layer, model, type Tensor } from "../../lib/index.js";
import { numbers } from "./values.js";

const spreadOf = (values: readonly number[]): { mean: number; spread: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, spread: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
};

describe("initializers", () => {
  it("go by the inputs and outputs of a weight as Keras counts them", () => {
    // compute_fans of Keras 3.15.1.
    expect(fansOf([])).to.deep.equal([1, 1]);
    expect(fansOf([7])).to.deep.equal([7, 7]);
    expect(fansOf([60, 90])).to.deep.equal([60, 90]);
    expect(fansOf([3, 3, 16, 24])).to.deep.equal([144, 216]);
    expect(fansOf([5, 16, 24])).to.deep.equal([80, 120]);
    const axes = { inputAxes: [0, 1], outputAxes: [2] };
    expect(fansOf([4, 5, 6], axes)).to.deep.equal([20, 6]);
    expect(fansOf([4, 5, 6], { inputAxes: [-3], outputAxes: [-2, -1] })).to.deep.equal([4, 30]);
    const limit = Math.sqrt(6 / 20);
    const made = initializers.deserialize({
      class_name: "HeUniform",
      config: { input_axes: [0, 1], output_axes: [2] },
    });
    const values = numbers(made.build([4, 5, 60], "float32", 1));
    expect(Math.max(...values)).to.be.within(0.97 * limit, limit);
    expect(made.getConfig()).to.deep.equal({ seed: null, input_axes: [0, 1], output_axes: [2] });
  });

  it("draw truncated numbers whose variance is that of the scale", () => {
    const shape = [100, 200];
    for (const distribution of ["normal", "truncated_normal"] as const) {
      const made = varianceScaling({ scale: 2, distribution, seed: 3 });
      const values = numbers(made.build(shape, "float32", 1));
      const { mean, spread } = spreadOf(values);
      expect(spread / Math.sqrt(2 / 100)).to.be.closeTo(1, 0.02);
      expect(mean).to.be.closeTo(0, 0.005);
      expect(Math.max(...values)).to.be.most((2 * Math.sqrt(2 / 100)) / 0.87962566);
      expect(made.getConfig()["distribution"]).to.equal("truncated_normal");
    }
  });

  it("give the rows of a weight that are asked for", () => {
    for (const name of initializers.names().filter((one) => /^[A-Z]/.test(one))) {
      const made = initializers.deserialize(name);
      const whole = numbers(made.build([6, 4], "float32", 9));
      expect(numbers(made.build([6, 4], "float32", 9, { start: 2, count: 3 })), name).to.deep.equal(whole.slice(8, 20));
    }
  });

  it("make every matrix orthogonal, tall or wide, with the gain as the length", () => {
    for (const shape of [
      [6, 3],
      [3, 6],
      [2, 3, 4],
      [5, 5],
    ] as const) {
      const columns = shape.at(-1) as number;
      const values = numbers(orthogonal({ gain: 2, seed: 5 }).build(shape, "float32", 0));
      const rows = values.length / columns;
      const at = (i: number, k: number): number =>
        (rows >= columns ? values[k * columns + i] : values[i * columns + k]) as number;
      const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
      for (let i = 0; i < short; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0;
          for (let k = 0; k < long; k++) product += at(i, k) * at(j, k);
          expect(product, `${shape} ${i} ${j}`).to.be.closeTo(i === j ? 4 : 0, 1e-5);
        }
      }
    }
  });

  it("answer to Keras's names, and come back from their configs", () => {
    for (const [alias, className] of [
      ["zero", "Zeros"],
      ["one", "Ones"],
      ["normal", "RandomNormal"],
      ["uniform", "RandomUniform"],
      ["OrthogonalInitializer", "Orthogonal"],
      ["IdentityInitializer", "Identity"],
    ] as const) {
      expect(initializers.deserialize(alias).className).to.equal(className);
    }
    expect(initializers.deserialize("glorot_uniform").getConfig()).to.deep.equal({
      seed: null,
      input_axes: null,
      output_axes: null,
    });
    for (const name of initializers.names()) {
      const made = initializers.deserialize(name);
      const again = initializers.deserialize({ class_name: made.className, config: made.getConfig() });
      expect(again.className).to.equal(made.className);
      expect(again.getConfig(), name).to.deep.equal(made.getConfig());
    }
    const generator = { class_name: "SeedGenerator", config: { name: "seed_generator", seed: 4 } };
    expect(initializers.deserialize({ class_name: "HeNormal", config: { seed: generator } }).getConfig()).to.include({
      seed: 4,
    });
  });

  it("can be plain functions, in layers and in custom layers", async () => {
    await configure({ seed: 1 });
    const counted = (shape: readonly number[]): Tensor => reshape(iota([shape.reduce((a, b) => a * b, 1)], 0), shape);
    const x = input([2]);
    const y = dense(3, { kernelInitializer: counted })(x);
    const weights = await model({ inputs: x, outputs: y }).getWeights();
    expect([...(weights[0]?.data ?? [])]).to.deep.equal([0, 1, 2, 3, 4, 5]);
    class Shift extends Layer {
      override build(): void {
        this.addWeight({ name: "by", shape: [2], initializer: counted });
      }
      override call(inputs: Tensor): Tensor {
        return multiply(inputs, 1);
      }
    }
    const shift = new Shift() as unknown as Layer & ((x: Tensor) => Tensor);
    shift(input([2]));
    expect([...((await shift.getWeights())[0]?.data ?? [])]).to.deep.equal([0, 1]);
  });

  it("say what is wrong with settings, shapes and names", () => {
    const of = (class_name: string, config: Record<string, unknown>) => (): unknown =>
      initializers.deserialize({ class_name, config });
    expect(of("VarianceScaling", { scale: 0 })).to.throw(/scale must be above 0, received 0/);
    expect(of("VarianceScaling", { mode: "fan_on" })).to.throw(/mode must be one of[\s\S]*did you mean "fan_in"/);
    expect(of("VarianceScaling", { distribution: "gauss" })).to.throw(/distribution must be one of "uniform"/);
    expect(of("RandomNormal", { seed: 1.5 })).to.throw(/RandomNormal: seed must be a whole number, received 1.5/);
    expect(of("Orthogonal", { seed: "x" })).to.throw(/Orthogonal: seed must be a whole number, received "x"/);
    expect(of("Constant", { value: [1, 2] })).to.throw(/value must be a number, received \[1,2\][\s\S]*a function/);
    expect(() => initializers.resolve("glorot_unifrom" as "glorot_uniform")).to.throw(/did you mean "glorot_uniform"/);
    expect(() => orthogonal().build([3], "float32", 1)).to.throw(
      /orthogonal initializes matrices, received a weight \[3\]/,
    );
    expect(() => initializers.deserialize("identity").build([2, 2, 2], "float32", 1)).to.throw(
      /received a weight \[2, 2, 2\]/,
    );
    const wrong = (): Tensor => iota([3], 0);
    expect(() => initializers.resolve(wrong).build([2], "float32", 1)).to.throw(
      /wrong must give a tensor \[2\] for this weight, received \[3\]/,
    );
  });
});
