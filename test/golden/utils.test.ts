import { expect } from "chai";
import ndarray from "ndarray";
import { normalize, padSequences, toCategorical } from "../../lib/train/utils.js";
import { assertClose, cases } from "./read.js";

interface Result {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const camel = (config: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), value]),
  );

describe("golden util cases", () => {
  for (const golden of cases("util")) {
    it(golden.id, () => {
      const config = camel(golden["config"]);
      const results: Record<string, () => Result> = {
        pad_sequences: () => padSequences(golden["sequences"], config),
        to_categorical: () => toCategorical(golden["x"], config["numClasses"] as number | undefined),
        normalize: () => normalize(golden["x"], config["axis"] as number, config["order"] as number),
      };
      const { shape, data } = (results[golden.class] as () => Result)();
      const want = golden["output"] as number[][];
      expect([...shape]).to.deep.equal([want.length, want[0]?.length]);
      assertClose(data, want.flat(), { rtol: 1e-6, atol: 1e-7 }, golden.id);
    });
  }
});

describe("utilities on the host", () => {
  it("take ndarrays with strides", () => {
    const x = ndarray(new Float32Array([3, 0, 4, 0, 0, 0]), [3, 2]).transpose(1, 0);
    assertClose(normalize(x), { shape: [2, 3], data: [0.6, 0.8, 0, 0, 0, 0] }, { rtol: 1e-6, atol: 0 }, "normalized");
    assertClose(
      normalize([[3], [4]], 0, 1),
      { shape: [2, 1], data: [3 / 7, 4 / 7] },
      { rtol: 1e-6, atol: 0 },
      "order 1",
    );
  });

  it("drop a last dimension of class numbers", () => {
    const { shape, data } = toCategorical([[1], [0]]);
    expect(shape).to.deep.equal([2, 2]);
    expect([...data]).to.deep.equal([0, 1, 1, 0]);
  });

  it("pad sequences of vectors", () => {
    const { shape, data } = padSequences(
      [
        [[1, 2]],
        [],
        [
          [3, 4],
          [5, 6],
        ],
      ],
      { dtype: "float32", padding: "post" },
    );
    expect(shape).to.deep.equal([3, 2, 2]);
    expect([...data]).to.deep.equal([1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 5, 6]);
  });

  it("say what is wrong with data", () => {
    expect(() => toCategorical([0, 7], 3)).to.throw(/class numbers from 0 to 2, received 7 at position 1/);
    expect(() => toCategorical([0.5])).to.throw(/received 0.5/);
    expect(() => normalize([[1, 2], [3]])).to.throw(/rectangular/);
  });
});
