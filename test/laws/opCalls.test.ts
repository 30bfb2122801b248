// Law of bare ops: called on an unknown batch, in a model, they mean what they mean on numbers, also after a way through Keras's JSON.

import { expect } from "chai";
import { constant } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { input, model, modelFromJSON, ops } from "../../lib/index.js";
import { randomView } from "./numbers.js";
import { type OpCall, opCalls, withoutCalls } from "./opCalls.js";

const batch = 3;

const viewsOf = ({ inputs, dtype, range = [-1, 1] }: OpCall): View[] =>
  inputs.map((shape, i) =>
    randomView({ shape: [batch, ...shape], dtype: dtype ?? "float32" }, 7 + i, 32, dtype === "int32" ? [0, 3] : range),
  );

describe("law: bare ops in models", () => {
  it("tries every public op", () => {
    expect(Object.keys(ops).sort()).to.deep.equal(
      [...new Set([...opCalls.map(({ op }) => op), ...withoutCalls])].sort(),
    );
  });

  opCalls.forEach((sample, i) => {
    it(`${sample.op} (${i})`, async () => {
      const views = viewsOf(sample);
      const direct = await sample.call(...views.map(constant)).data();
      const inputs = sample.inputs.map((shape, at) =>
        input([...shape], { dtype: sample.dtype ?? "float32", name: `x${at}` }),
      );
      const output = sample.call(...inputs);
      const whole = model({ inputs, outputs: output });
      const again = modelFromJSON<Tensor>(whole.toJSON());
      expect(again.toJSON(), "JSON").to.equal(whole.toJSON());
      for (const one of [whole, again]) {
        const predicted = await one.predict(views);
        expect(predicted.shape, "shape").to.deep.equal(direct.shape);
        expect(Array.from(predicted.data), "numbers").to.deep.equal(Array.from(direct.data));
      }
      output.shape.forEach((size, axis) => {
        if (size !== null) expect(direct.shape[axis], `axis ${axis} of ${output}`).to.equal(size);
      });
    });
  });
});
