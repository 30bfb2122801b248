// fit in the real kernel: one output that renews itself and ends as the history's figure.

import { expect } from "chai";
import { Kernel } from "../session/kernel.js";
import type { Heard } from "../wire/front.js";

const training = `
import { dense, input, model, plot } from "weft";
const x = input([32]);
const m = model({ inputs: x, outputs: dense(1, { activation: "sigmoid" })(dense(256, { activation: "relu" })(x)) });
m.compile({ optimizer: "adam", loss: "binary_crossentropy", metrics: ["accuracy"] });
const rows = Array.from({ length: 4096 }, (_, i) => Array.from({ length: 32 }, (_, j) => Math.sin(i * (j + 1))));
const labels = rows.map((row) => [row.reduce((a, b) => a + b) > 0 ? 1 : 0]);
`;

const dataOf = (one: Heard): Record<string, string> => one.content["data"] as Record<string, string>;

describe("display: fit in a notebook", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    expect((await kernel.run(training)).reply["status"]).to.equal("ok");
  });
  after(async () => {
    expect(await kernel.close()).to.equal(0);
  });

  it("renews one output, at most ten times a second, and ends with a figure", async () => {
    const started = performance.now();
    const ran = await kernel.run(
      "const history = await m.fit(rows, labels, { epochs: 40, batchSize: 16, validationSplit: 0.2 })",
      {},
    );
    const seconds = (performance.now() - started) / 1000;
    expect(ran.reply["status"], JSON.stringify(ran.reply)).to.equal("ok");
    expect(
      new Set(ran.shown.map((one) => (one.content["transient"] as { display_id: string }).display_id)).size,
    ).to.equal(1);
    expect(ran.shown.map((one) => one.type).filter((type) => type === "display_data")).to.have.length(1);
    const frames = ran.shown.slice(0, -1);
    const distinct = new Set(frames.map((one) => dataOf(one)["text/html"])).size;
    console.log(`      ${distinct} distinct frames in ${seconds.toFixed(1)} s`);
    expect(distinct)
      .to.be.at.least(Math.min(3, seconds))
      .and.at.most(10 * seconds + 2);
    for (const frame of frames.slice(1)) {
      expect(dataOf(frame)["text/html"]).to.contain("<svg");
      expect(dataOf(frame)["text/html"]?.length).to.be.below(60_000);
    }
    const last = dataOf(ran.shown.at(-1) as Heard);
    expect(last).to.have.all.keys("application/vnd.plotly.v1+json", "text/html", "image/png", "text/plain");
    expect(last["text/plain"]).to.match(/^History of 40 epochs: .*\bloss /);
  });

  it("ends as interrupted when interrupted", async () => {
    const id = kernel.begin("await m.fit(rows, labels, { epochs: 100_000, batchSize: 16 })");
    const trains = ({ type, parent, content }: Heard): boolean =>
      type === "update_display_data" && parent["msg_id"] === id && JSON.stringify(content["data"]).includes("Epoch");
    await kernel.front.next(trains, 20_000);
    await kernel.front.ask("interrupt_request", {}, { channel: "control" });
    const ran = await kernel.end(id);
    expect(ran.reply["status"], JSON.stringify(ran.reply)).to.equal("ok");
    expect(dataOf(ran.shown.at(-1) as Heard)["text/plain"]).to.contain("interrupted in epoch");
    // The figure is there already; as a result it would be there twice.
    expect(ran.result).to.equal(undefined);
  });
});
