// Keras's activations: values and gradients of every golden case, and their names.

import { expect } from "chai";
import { activations } from "../../lib/catalog/activations/index.js";
import { relu } from "../../lib/catalog/ops/index.js";
import { NameError } from "../../lib/graph/errors.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { differentiate } from "../../lib/lower/differentiate.js";
import { array, assertClose, cases, classes, type GoldenArray } from "./read.js";

const viewOf = ({ shape, data }: GoldenArray): View => ({ shape, dtype: "float32", data: Float32Array.from(data) });

describe("golden activations", () => {
  for (const golden of cases("activation")) {
    it(`${golden.id} ${JSON.stringify(golden["config"])}`, () => {
      const activation = activations.deserialize({ class_name: golden.class, config: golden["config"] });
      const given = array(golden, golden["inputs"][0]);
      const x = placeholder(given.shape, "float32", "x");
      const y = activation.apply(x);
      const weights = placeholder(y.shape, "float32", "r");
      const feeds = new Map<Tensor, View>([
        [x, viewOf(given)],
        [weights, viewOf(array(golden, golden["R"][0]))],
      ]);
      const gradient = atOnce(differentiate([y], [weights], [x])).gradients[0] as Tensor;
      for (const precision of [32, 64] as const) {
        const [out, slope] = evaluateReference([y, gradient], feeds, precision) as [View, View];
        assertClose(out, array(golden, golden["outputs"][0]), golden.tol.fwd, "values");
        assertClose(slope, array(golden, golden["grad_inputs"][0]), golden.tol.grad, "gradients");
      }
    });
  }
});

describe("activations", () => {
  it("know every name of Keras's", () => {
    expect(activations.names()).include.members(classes("activation"));
  });

  it("come from names, functions, configs and nothing", () => {
    const x = placeholder([2], "float32", "x");
    expect(activations.get(null).name).equal("linear");
    expect(activations.get(null).apply(x)).equal(x);
    expect(activations.get("swish").name).equal("silu");
    expect(activations.get(relu).apply(x).shape).deep.equal([2]);
    const leaky = activations.make("leaky_relu", { negative_slope: 0.5 });
    expect(activations.get(leaky)).equal(leaky);
    expect(leaky.getConfig()).deep.equal({ negative_slope: 0.5 });
    expect(activations.serialize(leaky)).deep.equal({ class_name: "leaky_relu", config: { negative_slope: 0.5 } });
    expect(activations.serialize(activations.get("leaky_relu"))).equal("leaky_relu");
    expect(activations.deserialize({ class_name: "function", config: "relu" as never }).name).equal("relu");
  });

  it("say which name is near", () => {
    expect(() => activations.get("reluu" as "relu")).throw(NameError, 'did you mean "relu"?');
  });
});
