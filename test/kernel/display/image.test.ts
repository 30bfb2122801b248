// image(): numbers to pixels, single and in grids.

import { expect } from "chai";
import { decode } from "fast-png";
import ndarray from "ndarray";
import { bundleOf } from "../../../kernel/display/index.js";
import { type ArrayData, type ImageOptions, image } from "../../../lib/index.js";
import { plugPictures } from "./plugged.js";

async function pixelsOf(data: ArrayData, options?: ImageOptions): Promise<ReturnType<typeof decode>> {
  const bundle = await bundleOf(image(data, options));
  return decode(Buffer.from(String(bundle["image/png"]), "base64"));
}

/** Red, green, blue, opacity at a place. */
const at = ({ data, width }: ReturnType<typeof decode>, x: number, y: number): number[] =>
  Array.from(data.slice((y * width + x) * 4, (y * width + x) * 4 + 4));

describe("display: images", () => {
  plugPictures();

  it("of one channel are grey, enlarged by whole factors", async () => {
    const png = await pixelsOf([
      [0, 0.5],
      [1, Number.NaN],
    ]);
    expect([png.width, png.height]).to.deep.equal([224, 224]);
    expect(at(png, 0, 0)).to.deep.equal([0, 0, 0, 255]);
    expect(at(png, 111, 0)).to.deep.equal([0, 0, 0, 255]);
    expect(at(png, 112, 111)).to.deep.equal([128, 128, 128, 255]);
    expect(at(png, 0, 223)).to.deep.equal([255, 255, 255, 255]);
    expect(at(png, 223, 223)[3]).to.equal(0);
  });

  it("of three and four channels are coloured", async () => {
    const rgb = await pixelsOf(ndarray(Uint8Array.of(255, 0, 0, 0, 128, 255), [1, 2, 3]), { size: 2 });
    expect([at(rgb, 0, 0), at(rgb, 1, 0)]).to.deep.equal([
      [255, 0, 0, 255],
      [0, 128, 255, 255],
    ]);
    const rgba = await pixelsOf({ data: Float32Array.of(0, 1, 0, 0.2), shape: [1, 1, 4] }, { size: 1 });
    expect(at(rgba, 0, 0)).to.deep.equal([0, 255, 0, 51]);
    expect(image(ndarray(new Float32Array(27), [3, 3, 3]), { grey: true }).count).to.equal(3);
  });

  it("stretch other ranges, and say so", async () => {
    const shown = image([
      [-2, 0],
      [1, 2],
    ]);
    expect(shown.range).to.deep.equal([-2, 2]);
    expect(String(shown)).to.equal("Image of 2 x 2, grey, numbers from -2 to 2");
    expect(image([[0, 200]]).range).to.deep.equal([0, 255]);
    expect(image(ndarray(Uint8Array.of(0, 1), [1, 2])).range).to.deep.equal([0, 255]);
    const clamped = await pixelsOf([[-1, 0, 3]], { range: [0, 2], size: 3 });
    expect([at(clamped, 0, 0)[0], at(clamped, 2, 0)[0]]).to.deep.equal([0, 255]);
  });

  it("in lists make a grid, with labels below each", async () => {
    const list = { data: Float32Array.from({ length: 5 * 4 }, (_, i) => (i < 4 ? 1 : 0)), shape: [5, 2, 2] };
    const grid = await pixelsOf(list, { columns: 3, size: 2 });
    expect([grid.width, grid.height]).to.deep.equal([3 * 2 + 2 * 4, 2 * 2 + 4]);
    expect([at(grid, 1, 1)[0], at(grid, 6, 0)[0], at(grid, 2, 0)[3]]).to.deep.equal([255, 0, 0]);
    const html = String((await bundleOf(image(list, { labels: ["a", "<b>", 3, 4, 5] })))["text/html"]);
    expect(html.match(/<img/g)).to.have.length(5);
    expect(html).to.contain("&lt;b&gt;").and.not.contain("<b>");
    const some = await bundleOf(image(list, { most: 2, labels: ndarray(Int32Array.of(1, 2), [2]) }));
    expect(some["text/html"]).to.contain("2 of 5 images");
  });

  it("much larger than their place are thinned", async () => {
    const png = await pixelsOf(ndarray(new Uint8Array(3000 * 1500), [3000, 1500]), { size: 300 });
    expect([png.width, png.height]).to.deep.equal([300, 600]);
  });

  it("refuse what is no picture", () => {
    expect(() => image(new Float32Array(784))).to.throw("numbers without a shape");
    expect(() => image({ data: new Float32Array(784), shape: [784] })).to.throw("say how the numbers lie");
    expect(() => image({ data: new Float32Array(16), shape: [2, 2, 2, 2] })).to.throw(
      "channels are the last dimension",
    );
    expect(() => image([[1, 2], [3]])).to.throw("ragged");
    expect(() => image([[[1]], [[2]]], { labels: ["a"], grey: true })).to.throw("1 labels for 2 images");
    expect(() => image([[1]], { columns: 0 })).to.throw("columns is a whole number above 0, received 0");
    expect(() => image("text" as never)).to.throw("expected an ndarray");
  });
});
