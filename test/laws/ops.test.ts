// Laws 1 and 2, for every op: the shape rule is what the reference fills, and the gradient rule is what central differences in
// double precision give.

import { expect } from "chai";
import { allOps, multiply, sum } from "../../lib/catalog/ops/index.js";
import { applyAll, constant } from "../../lib/graph/call.js";
import type { Op, Sample, View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import { mixSeed } from "../../lib/graph/seed.js";
import { sizeOf } from "../../lib/graph/shape.js";
import { placeholder, Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate } from "../../lib/lower/differentiate.js";

const step = 1e-5;

/** Random inputs of a sample, the same in every run. */
function inputsOf(sample: Sample<unknown>): View[] {
  return sample.inputs.map((spec, index) => {
    const view = makeView(spec, 64);
    const [low, high] = sample.range?.[index] ?? [-2, 2];
    for (let i = 0; i < view.data.length; i++) {
      const unit = mixSeed(index + 1, i) / 2 ** 32;
      const integer = Math.floor(low + unit * (high - low + 1));
      view.data[i] =
        spec.dtype === "bool" ? Number(unit < 0.5) : spec.dtype === "int32" ? integer : low + unit * (high - low);
    }
    return view;
  });
}

interface Trial {
  readonly sample: Sample<unknown>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly feeds: Map<Tensor, View>;
}

function trialsOf(op: Op): Trial[] {
  return [...op.samples()].map((sample) => {
    const inputs = sample.inputs.map((spec, i) => placeholder(spec.shape, spec.dtype, `x${i}`));
    const views = inputsOf(sample);
    const feeds = new Map(inputs.map((tensor, i): [Tensor, View] => [tensor, views[i] as View]));
    return { sample, inputs, outputs: applyAll(op, inputs, sample.attrs), feeds };
  });
}

/** Random weights for one output, and the scalar Σ weights·output. */
function weighted(output: Tensor, index: number): { weights: Tensor; total: Tensor } {
  const view = makeView({ shape: output.shape as readonly number[], dtype: "float32" }, 64);
  for (let i = 0; i < view.data.length; i++) view.data[i] = 2 * (mixSeed(index + 101, i) / 2 ** 32) - 1;
  const weights = constant(view);
  return { weights, total: sum(multiply(output, weights)) };
}

/** Every element of the numeric gradient towards input `index`. */
function differences({ inputs, feeds }: Trial, totals: readonly Tensor[], index: number): number[] {
  const tensor = inputs[index] as Tensor;
  const view = feeds.get(tensor) as View;
  const at = (element: number, value: number): number => {
    const data = Float64Array.from(view.data);
    data[element] = value;
    const moved = new Map(feeds).set(tensor, { ...view, data });
    return evaluateReference(totals, moved, 64).reduce((all, total) => all + (total.data[0] as number), 0);
  };
  return Array.from(
    view.data,
    (value, element) => (at(element, value + step) - at(element, value - step)) / (2 * step),
  );
}

describe("law: shape rule = reference's shape, gradient rule = differences", () => {
  it("names are unique", () => {
    const names = allOps.map((op) => op.name);
    expect(names).deep.equal([...new Set(names)]);
  });

  for (const op of allOps as unknown as readonly Op[]) {
    it(op.name, () => {
      const trials = trialsOf(op);
      expect(trials.length, "an op without samples is not tested").greaterThan(0);
      for (const trial of trials) {
        const values = evaluateReference(trial.outputs, trial.feeds, 64);
        trial.outputs.forEach((output, i) => {
          const { data } = values[i] as View;
          expect(data.length).equal(sizeOf(output.shape as readonly number[]));
          expect(output.dtype === "float32").equal(data instanceof Float64Array);
          if (output.dtype === "bool") for (const value of data) expect(value).oneOf([0, 1]);
        });
        if (op.vjp) checkGradients(op, trial);
      }
    });
  }
});

function checkGradients(op: Op, trial: Trial): void {
  const real = trial.outputs.filter((output) => output.dtype === "float32");
  const parts = real.map(weighted);
  const wrt = trial.inputs.filter((input) => input.dtype === "float32");
  const { gradients } = atOnce(
    differentiate(
      real,
      parts.map(({ weights }) => weights),
      wrt,
    ),
  );
  wrt.forEach((input, i) => {
    const gradient = gradients[i];
    const want = differences(
      trial,
      parts.map(({ total }) => total),
      trial.inputs.indexOf(input),
    );
    const got = gradient instanceof Tensor ? (evaluateReference([gradient], trial.feeds, 64)[0] as View) : null;
    if (got) expect(got.shape).deep.equal(input.shape);
    want.forEach((expected, element) => {
      const value = got ? (got.data[element] as number) : 0;
      const close = Math.abs(value - expected) <= 1e-6 + 1e-5 * Math.abs(expected);
      if (!close)
        expect.fail(
          `${op.name} ${JSON.stringify(trial.sample.attrs)}: gradient ${element} of input ${i} is ${value}, differences give ${expected}`,
        );
    });
  });
}
