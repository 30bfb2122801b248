// Pictures of models: nothing overlaps, nothing is left out, nothing is taken for markup.

import { expect } from "chai";
import fc from "fast-check";
import { drawLibrary } from "../../../kernel/display/library.js";
import { type Layout, layOut } from "../../../kernel/display/model/layout.js";
import {
  add,
  concatenate,
  type Drawing,
  dense,
  embedding,
  input,
  lstm,
  type Model,
  model,
  type Tensor,
} from "../../../lib/index.js";

/** A model whose layers take one or two of the tensors before them; some layers are used again. */
const graphs: fc.Arbitrary<Model> = fc
  .record({
    inputs: fc.integer({ min: 1, max: 3 }),
    steps: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("dense", "add", "concatenate", "again", "nested")), {
      maxLength: 14,
    }),
  })
  .map(({ inputs, steps }) => {
    const starts = Array.from({ length: inputs }, () => input([4]));
    const tensors: Tensor[] = [...starts];
    const shared = dense(4);
    const inner = input([4]);
    const nested = model({ inputs: inner, outputs: dense(4)(dense(4)(inner)) });
    for (const [a, b, what] of steps) {
      const x = tensors[a % tensors.length] as Tensor;
      const y = tensors[b % tensors.length] as Tensor;
      if (what === "add") tensors.push(add([x, y]));
      else if (what === "concatenate") tensors.push(dense(4)(concatenate([x, y])));
      else tensors.push(what === "again" ? shared(x) : what === "nested" ? nested(x) : dense(4)(x));
    }
    return model({ inputs: starts, outputs: concatenate([...tensors, ...tensors]) });
  });

const edgesOf = (drawing: Drawing, inner: boolean): number =>
  drawing.nodes.reduce(
    (sum, node) => sum + (inner && node.inside ? edgesOf(node.inside, inner) : 0),
    drawing.edges.length,
  );

function expectApart({ boxes, width, height }: Layout): void {
  boxes.forEach((a, i) => {
    expect(a.x - a.width / 2).to.be.at.least(0);
    expect(a.y - a.height / 2).to.be.at.least(0);
    expect(a.x + a.width / 2).to.be.at.most(width);
    expect(a.y + a.height / 2).to.be.at.most(height);
    for (const b of boxes.slice(i + 1)) {
      const apart =
        Math.abs(a.x - b.x) >= (a.width + b.width) / 2 - 0.01 ||
        Math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 0.01;
      expect(apart, `${a.node.id} and ${b.node.id} overlap`).to.equal(true);
    }
  });
}

describe("display: models", () => {
  it("lays out any graph without overlaps, with every node and edge, in all directions", () => {
    fc.assert(
      fc.property(graphs, fc.constantFrom("TB", "LR", "BT", "RL"), fc.boolean(), (m, rankdir, expandNested) => {
        const plot = m.plot({ rankdir: rankdir as "TB", expandNested });
        const layout = layOut(plot);
        expectApart(layout);
        expect(layout.edges).to.have.length(edgesOf(plot.drawing, expandNested));
        const drawn = new Set([...layout.boxes, ...layout.frames].map(({ node }) => node.id));
        for (const node of plot.drawing.nodes) expect(drawn.has(node.id), node.id).to.equal(true);
        for (const frame of layout.frames)
          for (const box of layout.boxes.filter(({ node }) => node.id.startsWith(`${frame.node.id}/`))) {
            expect(box.x - box.width / 2).to.be.at.least(frame.x);
            expect(box.x + box.width / 2).to.be.at.most(frame.x + frame.width);
            expect(box.y + box.height / 2).to.be.at.most(frame.y + frame.height);
          }
      }),
      { numRuns: 60 },
    );
  });

  it("shows a graph as SVG, image and text, with masks dashed and inputs in their order", async () => {
    const [left, right] = [input([5], { name: "left" }), input([3], { name: "right" })];
    const text = lstm(4)(embedding(10, 4, { maskZero: true })(left));
    const m = model({ inputs: [left, right], outputs: concatenate([text, right]) });
    const plot = m.plot({ dtypes: true, showMemory: true });
    const bundle = (await drawLibrary(plot)) as Record<string, string>;
    expect(Object.keys(bundle)).to.have.members(["text/html", "image/svg+xml", "image/png", "text/plain"]);
    expect(bundle["image/svg+xml"]).to.match(/^<svg .*<\/svg>$/s);
    expect(bundle["image/svg+xml"]?.match(/stroke-dasharray="5 3"/g)).to.have.length(1);
    expect(
      Buffer.from(bundle["image/png"] as string, "base64")
        .subarray(1, 4)
        .toString(),
    ).to.equal("PNG");
    expect(bundle["text/plain"]).to.contain("lstm").and.to.contain("(masked)");
    const { boxes } = layOut(m.plot());
    const x = (name: string): number => boxes.find(({ node }) => node.name === name)?.x as number;
    expect(x("left")).to.be.below(x("right"));
  });

  it("escapes names, in pictures, tables and DOT", async () => {
    const bad = '<img src=x onerror="alert(1)">&"\\';
    const x = input([2]);
    const m = model({ inputs: x, outputs: dense(2, { name: bad })(x), name: bad });
    for (const value of [m, m.summarize(), m.plot()]) {
      const bundle = (await drawLibrary(value)) as Record<string, string>;
      for (const type of ["text/html", "image/svg+xml"]) expect(bundle[type] ?? "").not.to.contain("<img src=x");
    }
    expect(m.plot().toDot()).to.contain('\\"alert(1)\\"').and.to.contain("\\\\");
  });

  it("lists nested models in a table that opens, and says what is frozen", async () => {
    const inner = input([4]);
    const base = model({ inputs: inner, outputs: dense(3)(inner), name: "base" });
    base.trainable = false;
    const [a, b] = [input([4]), input([4])];
    const m = model({ inputs: [a, b], outputs: dense(1)(concatenate([base(a), base(b)])) });
    const html = ((await drawLibrary(m)) as Record<string, string>)["text/html"] as string;
    expect(html).to.contain("<details><summary>2 layers of base</summary>").and.to.contain("frozen");
    expect(html.match(/<tr>/g)?.length).to.equal(html.match(/<\/tr>/g)?.length);
    expect(html).to.contain("Total params: 22");
  });
});
