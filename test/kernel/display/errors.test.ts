// Pictures of errors: the call that couldn't be made, all that comes into it, and nothing taken for markup.

import { expect } from "chai";
import fc from "fast-check";
import { drawLibrary } from "../../../kernel/display/library.js";
import { layOut } from "../../../kernel/display/model/layout.js";
import {
  add,
  concatenate,
  conv2d,
  dense,
  input,
  lstm,
  ModelPlot,
  ops,
  type Tensor,
  WeftError,
} from "../../../lib/index.js";
import { drawingOfRefusal } from "../../../lib/train/refusal.js";

function thrownBy(make: () => unknown): WeftError {
  try {
    make();
  } catch (error) {
    if (error instanceof WeftError) return error;
    throw error;
  }
  throw new Error("expected an error");
}

const htmlOf = (error: WeftError): string | undefined => (drawLibrary(error) as { "text/html"?: string })["text/html"];

describe("display: errors", () => {
  it("shows the call that couldn't be made, what came, and what to do", () => {
    const layer = dense(10, { name: "fc1" });
    layer(input([1352]));
    const error = thrownBy(() => layer(dense(784, { name: "wide" })(input([28], { name: "image" }))));
    expect(error.refused).to.include({ name: "fc1", className: "Dense" });
    const html = htmlOf(error) as string;
    expect(html).to.contain("ShapeError: dense &quot;fc1&quot; expects [batch, 1352], received [batch, 784]");
    expect(html).to.contain("✗ (None, 784)").and.contain('data-node="wide"').and.contain('data-node="image"');
    expect(html).to.match(/Hint:<\/b> a layer keeps/);
    expect(drawLibrary(error)).to.have.property("text/plain", `${error.name}: ${error.message}`);
  });

  it("shows the outermost call, which is in the user's own graph", () => {
    const error = thrownBy(() => ops.add(input([4]), input([3])));
    expect(error.refused?.inputs.map((tensor) => tensor.shape)).to.deep.equal([
      [null, 4],
      [null, 3],
    ]);
    expect(thrownBy(() => add([dense(8)(input([4])), dense(9)(input([4]))])).refused?.className).to.equal("Add");
  });

  it("has only text where no graph is concerned", () => {
    const error = thrownBy(() => dense(3, { activation: "rleu" as "relu" }));
    expect(error.refused).to.equal(null);
    expect(Object.keys(drawLibrary(error) as object)).to.deep.equal(["text/plain"]);
  });

  it("takes nothing for markup", () => {
    const error = thrownBy(() => conv2d(4, 3)(input([4], { name: '<img src=x onerror="1">' })));
    expect(htmlOf(error)).not.to.contain("<img src=x");
  });

  it("shows at most two layers before the call, however deep the graph", () => {
    let x: Tensor = input([4]);
    for (let i = 0; i < 300; i++) x = dense(4)(x);
    const drawing = drawingOfRefusal(thrownBy(() => lstm(2)(x)).refused as NonNullable<WeftError["refused"]>);
    expect(drawing?.nodes).to.have.length(3);
    expect(drawing?.edges).to.have.length(2);
  });

  it("draws an edge for everything that comes in, and no box over another", () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 });
    const check = (pairs: [number, number][], picked: number[]): void => {
      const tensors: Tensor[] = [input([4]), input([4])];
      const at = (i: number): Tensor => tensors[i % tensors.length] as Tensor;
      const shared = dense(4);
      for (const [a, b] of pairs) tensors.push(a % 3 === 0 ? shared(at(b)) : dense(4)(concatenate([at(a), at(b)])));
      const into = [...picked.map(at), dense(5)(at(0))];
      const error = thrownBy(() => add(into));
      const drawing = drawingOfRefusal(error.refused as NonNullable<WeftError["refused"]>);
      if (!drawing) throw new Error("no drawing");
      const refused = drawing.nodes.find((node) => node.kind === "refused");
      expect(drawing.edges.filter((edge) => edge.to === refused?.id)).to.have.length(into.length);
      const { boxes, edges } = layOut(new ModelPlot(drawing, { rankdir: "LR" }));
      expect(edges).to.have.length(drawing.edges.length);
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1)) {
          const across = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 - 0.01;
          expect(across || Math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 0.01).to.equal(true);
        }
    };
    fc.assert(fc.property(steps, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), check), { numRuns: 40 });
  }).timeout(20_000);
});
