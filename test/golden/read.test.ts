import fs from "node:fs";
import { expect } from "chai";
import ndarray from "ndarray";
import { array, assertClose, cases, fixturePath, type GoldenCase, goldenIndex, ints, uniform, value } from "./read.js";

/** Calls `visit` with every array key that the case names anywhere. */
function visitKeys(from: GoldenCase, json: unknown, visit: (key: string) => void): void {
  if (typeof json === "string") {
    if (json.startsWith(`${from.id}:`)) visit(json);
  } else if (typeof json === "object" && json !== null) {
    for (const part of Object.values(json)) visitKeys(from, part, visit);
  }
}

describe("golden fixtures", () => {
  it("have the format and the counts they claim", () => {
    const { format, counts } = goldenIndex();
    expect(format).to.equal("keras-golden/1");
    for (const [kind, count] of Object.entries(counts)) expect(cases(kind), kind).to.have.length(count);
  });

  it("resolve every array key", () => {
    let keys = 0;
    for (const from of goldenIndex().cases) {
      visitKeys(from, from, (key) => {
        const { shape, data } = array(from, key);
        expect(
          shape.reduce((a, b) => a * b, 1),
          key,
        ).to.equal(data.length);
        keys++;
      });
    }
    expect(keys).to.be.greaterThan(1000);
  });

  it("give every model its inputs, targets and weights", () => {
    for (const model of cases("model")) {
      for (const source of [...model["inputs"], ...model["targets"]]) {
        expect(value(model, source).shape, model.id).to.deep.equal(source.shape);
      }
      for (const weight of model["weights"]) {
        expect(value(model, weight.init, weight.shape).shape, weight.path).to.deep.equal(weight.shape);
      }
    }
  });

  it("come with the files they name", () => {
    for (const file of cases("keras_file")) expect(fs.existsSync(fixturePath(file["path"])), file.id).to.equal(true);
  });

  it("generate the portable numbers", () => {
    expect(Array.from(uniform(3, 12345, 0.5, 0.5))).to.deep.equal([
      0.9159843921661377, 0.6844606399536133, 0.9249290823936462,
    ]);
    expect(Array.from(ints(5, 99, 0, 10000))).to.deep.equal([4200, 6884, 1844, 8074, 1342]);
  });
});

describe("assertClose", () => {
  const tolerance = { rtol: 1e-3, atol: 1e-6 };

  it("follows an ndarray's strides", () => {
    const transposed = ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0);
    assertClose(transposed, { shape: [3, 2], data: [1, 4, 2, 5, 3, 6] }, tolerance, "transposed");
  });

  it("names the worst element", () => {
    const want = { shape: [2, 2], data: [1, 2, 3, 4] };
    expect(() => assertClose({ shape: [2, 2], data: [1, 2.1, 5, 4] }, want, tolerance, "x")).to.throw(
      /x: 2 of 4 elements differ; worst at \[1,0\]: got 5, want 3/,
    );
  });

  it("tells shapes and values that are not finite apart", () => {
    expect(() =>
      assertClose({ shape: [4], data: [1, 1, 1, 1] }, { shape: [2, 2], data: [1, 1, 1, 1] }, tolerance, "x"),
    ).to.throw(/shape/);
    expect(() => assertClose([Number.NaN], [1], tolerance, "x")).to.throw(/worst/);
    expect(() => assertClose([1], [Number.POSITIVE_INFINITY], tolerance, "x")).to.throw(/worst/);
    assertClose([Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY], tolerance, "x");
  });
});
