// Law 3 of an op: what its kernels compute is what its reference says, on ragged sizes, with the same bits on every backend given.
// A function, so that wrong kernels can be shown to break it.

import { expect } from "chai";
import type { Backend } from "../../lib/backend/backend.js";
import { applyAll } from "../../lib/graph/call.js";
import type { Op, Sample, View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { inputsOf } from "./numbers.js";

/** Throws where a backend differs from the reference, or from the first backend. */
export async function checkKernels(op: Op, backends: readonly Backend[]): Promise<void> {
  let samples = 0;
  for (const sample of op.samples() as Iterable<Sample<never>>) {
    samples++;
    const views = inputsOf(sample, 32);
    const inputs = sample.inputs.map((spec, i) => placeholder(spec.shape, spec.dtype, `x${i}`));
    const outputs = applyAll(op as Op<never>, inputs, sample.attrs);
    const want = evaluateReference(
      outputs,
      new Map(inputs.map((tensor, i): [Tensor, View] => [tensor, views[i] as View])),
      64,
    );
    let bits: string | null = null;
    for (const backend of backends) {
      const step = await backend.compile({ name: op.name, inputs, outputs, updates: new Map() });
      const batches = step.allocate(1);
      views.forEach((view, i) => batches.input(i, 0).set(view.data));
      await step.run(batches, 1);
      outputs.forEach((output, i) => {
        const got = batches.output(i, 0);
        const expected = (want[i] as View).data;
        expect(got.length, `${output}`).equal(expected.length);
        for (let j = 0; j < got.length; j++) {
          const [a, b] = [got[j] as number, expected[j] as number];
          const close =
            Object.is(a, b) ||
            a === b ||
            Math.abs(a - b) <= 2e-6 + 2e-5 * Math.abs(b) ||
            (Number.isNaN(a) && Number.isNaN(b));
          if (!close)
            expect.fail(
              `${op.name} ${JSON.stringify(sample.attrs)}: element ${j} of output ${i} is ${a}, reference ${b}`,
            );
        }
      });
      const own = outputs.map((_, i) => Buffer.from(batches.output(i, 0).slice().buffer).toString("base64")).join();
      bits ??= own;
      expect(own, "bits differ between numbers of workers").equal(bits);
      batches.release();
      step.dispose();
    }
  }
  expect(samples, "an op without samples is not tested").greaterThan(0);
}
