// Laws 1 and 2 of an op: the shape rule is what the reference fills, and the gradient rule is what central differences in double
// precision give. A function, so that wrong ops can be shown to break it.

import { expect } from "chai";
import { multiply, sum } from "../../lib/catalog/ops/index.js";
import { applyAll, constant } from "../../lib/graph/call.js";
import type { Op, Sample, View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import { sizeOf } from "../../lib/graph/shape.js";
import { placeholder, Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate } from "../../lib/lower/differentiate.js";
import { inputsOf, randomView } from "./numbers.js";
import { watch } from "./watched.js";

const step = 1e-5;

interface Trial {
  readonly sample: Sample<unknown>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly feeds: Map<Tensor, View>;
}

function trialsOf(op: Op): Trial[] {
  return [...op.samples()].map((sample) => {
    const inputs = sample.inputs.map((spec, i) => placeholder(spec.shape, spec.dtype, `x${i}`));
    const views = inputsOf(sample, 64);
    const feeds = new Map(inputs.map((tensor, i): [Tensor, View] => [tensor, views[i] as View]));
    return { sample, inputs, outputs: applyAll(op, inputs, sample.attrs), feeds };
  });
}

/** Random weights for one output, and the scalar Σ weights·output. */
function weighted(output: Tensor, index: number): { weights: Tensor; total: Tensor } {
  const weights = constant(randomView({ shape: output.shape as readonly number[], dtype: "float32" }, 100 + index));
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

/** Throws what the op breaks. */
export function checkOp(op: Op): void {
  const trials = trialsOf(op);
  expect(trials.length, "an op without samples is not tested").greaterThan(0);
  for (const trial of trials) {
    const values = evaluateReference(trial.outputs, trial.feeds, 64);
    trial.outputs.forEach((output, i) => {
      const { data } = values[i] as View;
      if (output.dtype === "bool") for (const value of data) expect(value).oneOf([0, 1]);
    });
    checkShapes(op, trial);
    checkGradients(op, trial);
  }
}

// An op without a gradient rule must not change along with its inputs (but in jumps).
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
    if (got) expect(got.shape, `shape of the gradient of input ${i}`).deep.equal(input.shape);
    want.forEach((expected, element) => {
      const value = got ? (got.data[element] as number) : 0;
      const close = Math.abs(value - expected) <= 1e-6 + 1e-5 * Math.abs(expected);
      if (!close)
        expect.fail(
          `${named(op, trial.sample)}: gradient ${element} of input ${i} is ${value}, differences give ${expected}`,
        );
    });
  });
}

/** The op and its attributes; scan's hold a graph, which is no JSON. */
const named = (op: Op, sample: Sample<unknown>): string =>
  op.kind === "control" ? op.name : `${op.name} ${JSON.stringify(sample.attrs)}`;

/** Where no window lies, fold adds nothing to the zeros it is given. */
const leavesZeros: ReadonlySet<string> = new Set(["fold"]);

/** The reference writes every element that the shape rule promises, none besides, and reads none that isn't there. */
function checkShapes(op: Op, { sample, inputs, outputs, feeds }: Trial): void {
  const given = inputs.map((tensor) => watch(feeds.get(tensor) as View));
  const made = outputs.map(({ shape, dtype }) => watch(makeView({ shape: shape as readonly number[], dtype }, 64)));
  op.reference(
    given.map(({ view }) => view),
    made.map(({ view }) => view),
    sample.attrs,
  );
  const inside = (touched: ReadonlySet<number>, size: number, what: string): void => {
    for (const at of touched)
      if (!(at >= 0 && at < size)) expect.fail(`${named(op, sample)}: ${what} element ${at} of ${size}`);
  };
  made.forEach(({ written }, i) => {
    const size = sizeOf(outputs[i]?.shape as readonly number[]);
    inside(written, size, `output ${i}: writes`);
    if (!leavesZeros.has(op.name))
      expect(written.size, `${named(op, sample)}: elements of output ${i} that are written`).equal(size);
  });
  given.forEach(({ read, view }, i) => {
    const size = sizeOf(view.shape);
    inside(read, size, `input ${i}: reads`);
    if (op.kind === "elementwise") expect(read.size, `${op.name}: elements of input ${i} that are read`).equal(size);
  });
}
