// Sketches: what goes to the page computes what the model predicts, and what can't go there is refused.

import { expect } from "chai";
import { escapeHtml } from "../../kernel/display/escape.js";
import { sketchPicture } from "../../kernel/display/sketch/picture.js";
import { portableRunner } from "../../lib/backend/portable.js";
import {
  batchNormalization,
  configure,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePooling2d,
  input,
  layerNormalization,
  lstm,
  type Model,
  maxPooling2d,
  model,
  ops,
  reshape,
  type Sketch,
  sketch,
} from "../../lib/index.js";
import { messageOf } from "./thrown.js";

const picture = (rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, i) => Math.abs(Math.sin(i * 1.7)));

function convolutional(): Model {
  const x = input([9, 8, 1]);
  const strokes = batchNormalization()(conv2d(3, 3, { activation: "relu", padding: "same" })(x));
  const pooled = maxPooling2d(2, { padding: "same" })(strokes);
  const both = ops.add(globalAveragePooling2d()(pooled), dense(3)(flatten()(pooled)));
  return model({ inputs: x, outputs: dense(4, { activation: "softmax" })(dropout(0.5)(layerNormalization()(both))) });
}

describe("sketch", () => {
  before(() => configure({ backend: "wasm" }));

  it("takes along what the model computes, through JSON", async () => {
    const m = convolutional();
    const drawn = picture(9, 8);
    const made = await sketch(m, { sample: drawn, labels: ["a", "b", "c", "d"] });
    const predicted = await m.predict({ shape: [1, 9, 8, 1], data: drawn });
    const run = portableRunner(JSON.parse(JSON.stringify(made.program)) as Sketch["program"]);
    const [scores] = run([drawn]);
    expect(scores?.shape).to.deep.equal([1, 4]);
    scores?.data.forEach((score, i) => {
      expect(score).to.be.closeTo(predicted.data[i] as number, 1e-6);
    });
    expect(String(made)).to.match(/Paper for "functional.*", 9 x 8; of the sample it thinks\na: \d/);
  });

  it("is shown as a still picture with a script that nothing in it can end", async () => {
    const x = input([4, 4]);
    const m = model({ inputs: x, outputs: dense(2, { activation: "softmax" })(flatten()(x)) });
    const label = "</script><b>";
    const shown = await sketchPicture.draw(await sketch(m, { labels: [label, "no"] }));
    const html = String(shown["text/html"]);
    expect(html.match(/<\/script>/g)).to.have.length(1);
    expect(html)
      .to.contain(`>${escapeHtml(label)}</td>`)
      .and.not.contain("<b>");
    expect(html).to.contain("data:image/png;base64,");
    expect(html.length).to.be.below(100_000);
  });

  it("refuses what can't be drawn, or can't leave the kernel", async () => {
    const rows = input([5, 3]);
    const recurrent = model({ inputs: rows, outputs: dense(2)(lstm(4)(rows)) });
    expect(await messageOf("ValueError", () => sketch(recurrent))).to.match(
      /uses scan, which can't leave the kernel[\s\S]*without recurrent/,
    );
    const list = input([5]);
    const flat = model({ inputs: list, outputs: dense(2)(list) });
    expect(await messageOf("ShapeError", () => sketch(flat))).to.contain("received [batch, 5] to [batch, 2]");
    const m = model({ inputs: rows, outputs: dense(2)(reshape([15])(rows)) });
    expect(await messageOf("ValueError", () => sketch(m, { labels: ["one"] }))).to.contain("1 labels for 2 outputs");
    expect(await messageOf("ShapeError", () => sketch(m, { sample: [1, 2] }))).to.contain("the sample has 2 numbers");
  });
});
