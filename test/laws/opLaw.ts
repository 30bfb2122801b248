// Laws 1 and 2 of an op: the shape rule is what the reference fills, and the gradient rule is what central differences in double
// precision give. A function, so that wrong ops can be shown to break it.

import { expect } from "chai";
import { applyAll } from "../../lib/graph/call.js";
import type { Op, Sample, View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import { sizeOf } from "../../lib/graph/shape.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { checkGradients, weightedTotal } from "./gradients.js";
import { inputsOf } from "./numbers.js";
import { watch } from "./watched.js";

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
    // An op without a gradient rule must not change along with its inputs (but in jumps).
    const wrt = trial.inputs.filter(({ dtype }) => dtype === "float32");
    checkGradients(weightedTotal(trial.outputs), wrt, trial.feeds, named(op, trial.sample));
  }
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
