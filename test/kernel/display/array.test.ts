// Arrays, tensors and weights: shape, dtype, statistics, and numbers folded in the middle.

import { expect } from "chai";
import fc from "fast-check";
import ndarray from "ndarray";
import { folded } from "../../../kernel/display/array/fold.js";
import { statisticsOf } from "../../../kernel/display/array/statistics.js";
import { viewOf } from "../../../kernel/display/array/view.js";
import { bundleOf } from "../../../kernel/display/index.js";
import { dense, input } from "../../../lib/index.js";
import { plugPictures } from "./plugged.js";

const textOf = async (value: unknown): Promise<string> => String((await bundleOf(value))["text/plain"]);

describe("display: arrays", () => {
  plugPictures();

  it("say shape, dtype, statistics and numbers", async () => {
    const array = ndarray(Float32Array.of(1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 0, -3), [2, 3]);
    expect(await textOf(array)).to.equal(
      "ndarray [2, 3] float32: min -3, max 2.5, mean 0.125, std 2.012, zeros 1, NaN 1, infinite 1\n" +
        "[[  1, 2.5, NaN],\n [  ∞,   0,  -3]]",
    );
    const html = String((await bundleOf(array))["text/html"]);
    expect(html.match(/<td/g)).to.have.length(6);
    expect(html).to.contain("<b>NaN</b>").and.contain('src="data:image/svg+xml;base64,');
    expect(await textOf(ndarray(Uint8Array.of(7), []))).to.equal("ndarray [] uint8\n7");
    expect(await textOf(ndarray(new Float64Array(0), [0, 3]))).to.equal("ndarray [0, 3] float64\n[]");
  });

  it("stay small however large they are", async () => {
    const bundle = await bundleOf(ndarray(new Float32Array(5_000_000).fill(0.123_456_789), [5, 1000, 10, 100]));
    expect(JSON.stringify(bundle).length).to.be.below(20_000);
    expect(bundle["text/plain"]).to.contain("looked at 4,194,304 of them");
  });

  it("of views are those of what is seen", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (shape, flipped, cut) => {
          const size = shape.reduce((all, one) => all * one, 1);
          let array = ndarray(
            Float64Array.from({ length: size }, (_, i) => (i * 7) % 11),
            shape,
          );
          if (flipped) array = array.transpose(...shape.map((_, axis) => shape.length - 1 - axis));
          if (cut && (array.shape[0] as number) > 1) array = array.lo(1);
          const view = viewOf(array);
          const elements: number[] = [];
          const visit = (place: number[]): void => {
            const sizeHere = array.shape[place.length];
            if (sizeHere === undefined) elements.push(array.get(...place));
            else for (let i = 0; i < sizeHere; i++) visit([...place, i]);
          };
          visit([]);
          expect(elements.map((_, i) => view.element(i))).to.deep.equal(elements);
          const statistics = statisticsOf(view);
          expect(statistics?.min).to.equal(Math.min(...elements));
          expect(statistics?.max).to.equal(Math.max(...elements));
          expect(statistics?.mean).to.be.closeTo(elements.reduce((a, b) => a + b) / elements.length, 1e-12);
        },
      ),
    );
  });

  it("fold to both ends", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 3, max: 12 }), (size, most) => {
        const shown = folded(size, most);
        expect(shown.length).to.equal(Math.min(size, most));
        if (size > 0) expect([shown[0], shown.at(-1)]).to.deep.equal([0, size - 1]);
        expect(shown.includes(null)).to.equal(size > most);
      }),
    );
  });

  it("in a list or record show one by one", async () => {
    const one = ndarray(Float32Array.of(1, 2), [2]);
    const record = await bundleOf({ "<a>": one, b: one });
    expect(record["text/plain"]).to.match(/^<a>: ndarray \[2\] float32: .*\n\[1, 2\]\nb: ndarray/);
    expect(record["text/html"]).to.contain("&lt;a&gt;").and.not.contain("<a>");
    const list = await bundleOf(Array.from({ length: 50 }, () => one));
    expect(list["text/plain"]).to.contain("11: ndarray").and.contain("and 38 more");
    expect(await textOf([one, 1])).not.to.contain("min 1");
    expect(await textOf([])).to.equal("[]");
  });

  it("escape what they hold, and hold anything", async () => {
    const bundle = await bundleOf(ndarray(["<script>alert(1)</script>", "b"], [2]));
    expect(bundle["text/html"]).not.to.contain("<script>");
    expect(bundle["text/plain"]).to.contain("ndarray [2] list");
    expect(await textOf(ndarray(BigInt64Array.of(1n, 2n) as never, [2]))).to.contain("min 1, max 2");
  });

  it("of weights and of what is made from them are there; other tensors say what they are", async () => {
    const x = input([3], { name: "<x>" });
    const layer = dense(2, { kernelInitializer: "ones", name: "fc" });
    const y = layer(x);
    const bundle = await bundleOf(y);
    expect(bundle["text/plain"]).to.equal('Tensor [batch, 2] float32 of dense "fc"');
    expect((await bundleOf(x))["text/html"]).to.contain("&lt;x&gt;");
    const [kernel] = layer.weights;
    expect(await textOf(kernel)).to.equal(
      "Weight fc/kernel [3, 2] float32: min 1, max 1, mean 1, std 0\n[[1, 1],\n [1, 1],\n [1, 1]]",
    );
    expect(await textOf(kernel?.tensor)).to.contain("Tensor of fc/kernel [3, 2] float32: min 1");
  });
});
