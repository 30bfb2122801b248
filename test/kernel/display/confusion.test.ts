// Confusion matrices: which numbers are classes, what is counted, and how it is shown.

import { expect } from "chai";
import fc from "fast-check";
import ndarray from "ndarray";
import { bundleOf } from "../../../kernel/display/index.js";
import { confusionMatrix } from "../../../lib/index.js";
import { plugPictures } from "./plugged.js";

describe("display: confusion matrices", () => {
  plugPictures();

  it("count classes, and score each", () => {
    const matrix = confusionMatrix([0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 0, 0]);
    expect(matrix.counts).to.deep.equal([
      [1, 1, 0],
      [1, 2, 0],
      [1, 0, 0],
    ]);
    expect(matrix.accuracy).to.equal(0.5);
    const [zero, one, two] = matrix.classes;
    expect(zero).to.deep.include({ precision: 1 / 3, recall: 1 / 2, f1: 0.4, support: 2 });
    expect(one).to.deep.include({ precision: 2 / 3, recall: 2 / 3, support: 3 });
    expect(two?.precision).to.be.NaN;
    expect(two).to.deep.include({ recall: 0, f1: 0 });
    expect(matrix.mostConfused(1)[0]?.count).to.equal(1);
  });

  it("take one-hot, probabilities, logits and class numbers in any combination", () => {
    const classes = [0, 2, 1, 2];
    const guesses = [0, 1, 1, 2];
    const hot = (list: readonly number[]): number[][] => list.map((one) => [0, 1, 2].map((k) => Number(k === one)));
    const logits = ndarray(
      Float32Array.from(hot(guesses).flat(), (one) => 7 * one - 3),
      [4, 3],
    );
    const wanted = confusionMatrix(classes, guesses).counts;
    for (const truth of [classes, hot(classes), classes.map((one) => [one]), Int32Array.from(classes)])
      for (const predicted of [guesses, hot(guesses), logits, guesses.map((one) => [one])])
        expect(confusionMatrix(truth, predicted).counts).to.deep.equal(wanted);
    const pixels = confusionMatrix(
      { data: Uint8Array.from(classes), shape: [1, 2, 2] },
      { data: logits.data, shape: [1, 2, 2, 3] },
    );
    expect(pixels.counts).to.deep.equal(wanted);
  });

  it("compare single probabilities with the threshold", () => {
    const predicted = ndarray(Float32Array.of(0.2, 0.6, 0.8), [3, 1]);
    expect(confusionMatrix([0, 0, 1], predicted).counts).to.deep.equal([
      [1, 1],
      [0, 1],
    ]);
    expect(confusionMatrix([0, 0, 1], predicted, { threshold: 0.7 }).accuracy).to.equal(1);
  });

  it("count every sample once, for any classes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1 }), (pairs) => {
        const truth = pairs.map(([one]) => one);
        const predicted = pairs.map(([, one]) => one);
        const matrix = confusionMatrix(truth, predicted);
        expect(matrix.total).to.equal(pairs.length);
        expect(matrix.accuracy).to.equal(pairs.filter(([a, b]) => a === b).length / pairs.length);
        expect(matrix.classes.map(({ support }) => support)).to.deep.equal(
          matrix.classes.map((_, i) => truth.filter((one) => one === i).length),
        );
      }),
    );
  });

  it("refuse what are no classes", () => {
    expect(() => confusionMatrix([0, 1], [0, 1, 1])).to.throw("truth [2] doesn't fit predicted [3]");
    expect(() => confusionMatrix([0, 1], [0.5, -3])).to.throw("predicted holds -3");
    expect(() => confusionMatrix([0, 5], [0, 1], { labels: ["a", "b"] })).to.throw("2 labels for 6 classes");
    expect(() => confusionMatrix([0, 1e9], [0, 1])).to.throw("are these numbers classes?");
    expect(() => confusionMatrix([], [])).to.throw("doesn't fit");
  });

  it("show as tables, large ones as a picture, and escape names", async () => {
    const small = await bundleOf(confusionMatrix([0, 1], [1, 1], { labels: ["<b>", "dog"] }));
    expect(small["text/html"]).to.contain("&lt;b&gt;").and.not.contain("<b><b>");
    expect(small["text/plain"]).to.contain("true \\ predicted").and.contain("accuracy 0.5000");
    const many = Array.from({ length: 300 }, (_, i) => i);
    const large = await bundleOf(confusionMatrix(many, many));
    expect(large["text/html"]).to.contain("data:image/png;base64,");
    expect(JSON.stringify(large).length).to.be.below(30_000);
  });
});
