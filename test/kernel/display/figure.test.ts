// Figures: what plot takes, Plotly's MIME type, and the same picture without Plotly.

import { expect } from "chai";
import fc from "fast-check";
import ndarray from "ndarray";
import { Averaged } from "../../../kernel/display/chart/averaged.js";
import { Thinned } from "../../../kernel/display/chart/thinned.js";
import { figureBundle } from "../../../kernel/display/figure/picture.js";
import { bundleOf } from "../../../kernel/display/index.js";
import { type Figure, History, plot } from "../../../lib/index.js";

import { plugPictures } from "./plugged.js";

const figureType = "application/vnd.plotly.v1+json";

function historyOf(losses: readonly number[], name = "loss"): History {
  const history = new History();
  losses.forEach((loss, epoch) => {
    history.onEpochEnd(epoch, { [name]: loss, [`val_${name}`]: loss + 1 });
  });
  return history;
}

/** The SVG inside of text/html. */
function svgOf(html: unknown): string {
  const data = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(String(html))?.[1];
  return Buffer.from(data ?? "", "base64").toString();
}

describe("display: figures", () => {
  plugPictures();

  it("carry Plotly's type, an image for pages without scripts, PNG and text", async () => {
    const bundle = await bundleOf(plot({ data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }], layout: { title: "T" } }));
    expect(bundle).to.have.all.keys(figureType, "text/html", "image/png", "text/plain");
    expect(bundle["text/plain"]).to.equal('Figure "T": bar');
    const svg = svgOf(bundle["text/html"]);
    expect(svg.match(/<rect/g)).to.have.length(2);
    expect(svg).to.contain(">T</text>").and.contain(">a</text>");
    expect(Buffer.from(String(bundle["image/png"]), "base64").subarray(1, 4).toString()).to.equal("PNG");
    const { layout } = bundle[figureType] as { layout: { template: { layout: { paper_bgcolor: string } } } };
    expect(layout.template.layout.paper_bgcolor).to.equal("rgba(0,0,0,0)");
  });

  it("of other libraries show as well", async () => {
    const bundle = await bundleOf({ data: [{ type: "scatter", x: [1, 2], y: [3, 4] }], layout: {} });
    expect(bundle).to.include.keys(figureType, "text/html");
    expect(await bundleOf({ data: [1, 2, 3], layout: {} })).to.have.all.keys("text/plain");
    expect(await bundleOf({ data: [{ name: "Ada" }] })).to.have.all.keys("text/plain");
  });

  it("come from histories: one, several by name, several in a list", () => {
    const names = (figure: Figure): unknown[] => figure.data.map((trace) => (trace as { name: string }).name);
    expect(names(plot(historyOf([3, 2, 1])))).to.deep.equal(["loss", "val_loss"]);
    const both = { small: historyOf([3, 2]), large: historyOf([2, 1]) };
    expect(names(plot(both))).to.deep.equal(["small: loss", "small: val_loss", "large: loss", "large: val_loss"]);
    expect(names(plot([both.small, both.large]))).to.include("run 2: loss");
    expect(names(plot(both, { metrics: ["accuracy"] }))).to.deep.equal([]);
    const typeOf = (figure: Figure): unknown => (figure.layout as { yaxis: { type: string } }).yaxis.type;
    expect(typeOf(plot(historyOf([1000, 1])))).to.equal("log");
    expect(typeOf(plot(historyOf([2, 1])))).to.equal("linear");
  });

  it("take typed arrays, ndarrays and numbers without a JSON form", () => {
    const figure = plot({
      data: [
        { type: "heatmap", z: ndarray(new Float32Array([1, 2, 3, 4]), [2, 2]) },
        { y: Float32Array.of(1, Number.NaN) },
      ],
    });
    expect(figure.toJSON().data).to.deep.equal([
      {
        type: "heatmap",
        z: [
          [1, 2],
          [3, 4],
        ],
      },
      { y: [1, null] },
    ]);
    expect(() => plot("text" as never)).to.throw("plot shows a figure, a history, or numbers");
  });

  it("say which traces only Plotly draws", async () => {
    const bundle = await figureBundle(plot({ data: [{ type: "surface", z: [[1]] }] }));
    expect(bundle["text/plain"]).to.contain("not drawn without Plotly: surface");
    const inherited = await figureBundle(plot({ data: [{ type: "constructor", x: [1] }] }));
    expect(inherited["text/plain"]).to.contain("not drawn without Plotly: constructor");
  });

  it("may have a second axis, and titles that are mere text", async () => {
    const layout = { title: "T", xaxis: { title: "days" }, yaxis2: { title: "cost", overlaying: "y", side: "right" } };
    const figure = plot({ data: [{ y: [1, 2] }, { y: [1000, 2000], yaxis: "y2" }], layout });
    const plain = figure.toJSON().layout as { title: object; xaxis: { title: object }; yaxis2: { title: object } };
    expect([plain.title, plain.xaxis.title, plain.yaxis2.title]).to.deep.equal([
      { text: "T" },
      { text: "days" },
      { text: "cost" },
    ]);
    const svg = svgOf((await bundleOf(figure))["text/html"]);
    expect(svg.match(/>days</g)).to.have.length(1);
    expect(svg).to.contain(">cost<").and.contain(">2000<").and.contain(">1.0<");
  });

  it("never let a description become markup", async () => {
    const evil = `"/><script>alert(1)</script>`;
    const trace = { name: evil, line: { color: evil }, marker: { color: evil }, text: [evil, evil] };
    const data = ["scatter", "bar", "histogram"].map((type) => ({ type, x: [1, evil], y: [1, 2], ...trace }));
    const dots = { ...data[0], mode: "markers" };
    const layout = { title: evil, xaxis: { title: evil, tickvals: [1], ticktext: [evil] }, colorway: [evil] };
    const bundle = await figureBundle(plot({ data: [...data, dots, { y: [1, 2] }], layout }));
    expect(svgOf(bundle["text/html"])).to.contain("<svg").and.not.contain("<script");
    expect(bundle["text/html"]).not.to.contain("<script");
    expect(bundle).to.include.keys("image/png");
  });

  it("of any description make a picture or a text, and never throw", async () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom("a", "", "2024-01-01", "#fff", null, true, -1, 0, 1e300, Number.NaN),
      fc.array(fc.oneof(fc.double(), fc.constantFrom("a", null, [], {})), { maxLength: 5 }),
      fc.object({ maxDepth: 2 }),
    );
    const key = fc.constantFrom("x", "y", "z", "mode", "name", "line", "marker", "text", "xaxis", "opacity", "nbinsx");
    const trace = fc
      .tuple(
        fc.constantFrom("scatter", "bar", "histogram", "heatmap", "pie", "__proto__"),
        fc.dictionary(key, value, { noNullPrototype: true }),
      )
      .map(([type, rest]) => ({ type, ...rest }));
    const layoutKey = fc.constantFrom("xaxis", "yaxis", "title", "width", "height", "barmode", "colorway", "legend");
    const layout = fc.dictionary(layoutKey, value, { noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(fc.array(trace, { maxLength: 3 }), layout, async (data, made) => {
        const bundle = await figureBundle(plot({ data, layout: made }));
        expect(bundle["text/plain"]).to.be.a("string");
        expect(svgOf(bundle["text/html"])).not.to.match(/="[^"]*NaN/);
      }),
      { numRuns: 150 },
    );
  }).timeout(30_000);
});

describe("display: averaged curves", () => {
  it("keep the mean of all points within 240", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (count) => {
        const averaged = new Averaged();
        for (let i = 0; i < count; i++) averaged.add(i, i % 3 === 1 ? Number.NaN : 2 * i + 1);
        const { x, y } = averaged.points();
        expect(x.length).to.be.at.most(240).and.at.least(Math.min(count, 120));
        expect(x).to.deep.equal([...x].sort((a, b) => a - b));
        if (count <= 240) expect(y).to.deep.equal(x.map((at) => (at % 3 === 1 ? null : 2 * at + 1)));
        // A third of each stretch is missing: its mean still lies near the line.
        else
          x.forEach((at, i) => {
            const mean = y[i];
            if (typeof mean === "number") expect(Math.abs(mean - 2 * at - 1)).to.be.at.most(2);
          });
      }),
      { numRuns: 50 },
    );
  });
});

describe("display: thinned curves", () => {
  it("keep their peaks and ends within 600 points", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (count, seed) => {
        const values = Array.from({ length: count }, (_, i) => Math.sin(i * i + seed) * (1 + (i % 7)));
        const thinned = new Thinned();
        values.forEach((value, i) => {
          thinned.add(i, value);
        });
        const { x, y } = thinned.points();
        expect(x.length).to.be.at.most(600);
        expect(Math.max(...(y as number[]))).to.equal(Math.max(...values));
        expect(Math.min(...(y as number[]))).to.equal(Math.min(...values));
        expect(x).to.deep.equal([...x].sort((a, b) => a - b));
        x.forEach((at, i) => {
          expect(y[i]).to.equal(values[at]);
        });
      }),
      { numRuns: 50 },
    );
  });
});
