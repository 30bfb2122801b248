// Law 3: what a kernel computes is what the op's reference says, on ragged sizes, with the same bits on any number of workers.

import { expect } from "chai";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { allOps } from "../../lib/catalog/ops/index.js";
import { applyAll } from "../../lib/graph/call.js";
import type { Op, Sample, View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import { mixSeed } from "../../lib/graph/seed.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";

const workers = [1, 2, 3];

/** Random inputs of a sample, the same in every run. */
function inputsOf(sample: Sample<never>): View[] {
  return sample.inputs.map((spec, index) => {
    const view = makeView(spec, 32);
    const [low, high] = sample.range?.[index] ?? [-2, 2];
    for (let i = 0; i < view.data.length; i++) {
      const unit = mixSeed(index, i) / 2 ** 32;
      view.data[i] =
        spec.dtype === "bool"
          ? Number(unit < 0.5)
          : spec.dtype === "int32"
            ? Math.floor(low + unit * (high - low + 1))
            : low + unit * (high - low);
    }
    return view;
  });
}

describe("law: kernel = reference", () => {
  const backends = workers.map((threads) => new WasmBackend({ threads }));
  after(async () => {
    for (const backend of backends) await backend.dispose();
  });
  for (const op of allOps as unknown as readonly Op[]) {
    it(op.name, async () => {
      let samples = 0;
      for (const sample of op.samples() as Iterable<Sample<never>>) {
        samples++;
        const views = inputsOf(sample);
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
    });
  }
});
