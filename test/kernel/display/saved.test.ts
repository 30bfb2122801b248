// What a notebook shows of a file that was saved: every part with its size, and how to open it.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { drawLibrary } from "../../../kernel/display/library.js";
import { readableBytes } from "../../../lib/graph/bytes.js";
import { configure, dense, input, load, type Model, model, type SavedFile } from "../../../lib/index.js";
import { Scale } from "../../laws/wholeSamples.js";

function made(own = false): Model {
  const x = input([3], { name: "x" });
  const hidden = dense(4, { name: "first" })(x);
  return model({
    inputs: x,
    outputs: dense(2, { name: "last" })(own ? (new Scale()(hidden) as typeof hidden) : hidden),
  });
}

const html = (saved: SavedFile): string => (drawLibrary(saved) as Record<string, string>)["text/html"] as string;
const words = (saved: SavedFile): Record<string, string> =>
  Object.fromEntries(saved.parts.map((part) => [part.name, part.words]));

describe("a saved file's picture", () => {
  let folder = "";
  before(async () => {
    await configure({ backend: "js" });
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("says what a whole model's file holds, how large, and how Keras opens it", async () => {
    const m = made();
    m.compile({ optimizer: "adam", loss: "mse" });
    for (let i = 0; i < 3; i++) await m.trainOnBatch([[1, 2, 3]], [[1, 2]]);
    const path = join(folder, "m.keras");
    const saved = await m.save(path);
    expect(saved.bytes).equal((await stat(path)).size);
    expect(words(saved)).deep.equal({
      config: "3 layers, compiled",
      weights: "4 arrays, 26 numbers",
      optimizer: "Adam at step 3, 10 arrays, 54 numbers",
      checksums: "CRC-32 of every part",
    });
    const picture = html(saved);
    for (const text of [path, "Keras 3 model", readableBytes(saved.bytes), "104.00 B", "216.00 B"])
      expect(picture).include(text);
    expect(picture).include(`keras.saving.load_model(&quot;${path}&quot;)`);
    expect(saved.opening.map(({ where }) => where)).deep.equal(["Keras", "Weft"]);
    expect(String(saved).split("\n")).lengthOf(7);
    const bare = await made().save(path, { optimizer: false });
    expect(words(bare)).deep.equal({
      config: "3 layers, not compiled",
      weights: "4 arrays, 26 numbers",
      checksums: "CRC-32 of every part",
    });
    const training = await m.saveTraining(path, { epoch: 4, seed: 1 });
    expect(words(training)["training"]).match(/goes on in epoch 5/);
  });

  it("names classes of one's own that opening needs, and counts all files", async () => {
    const saved = await made(true).save(join(folder, "own.keras"));
    expect(saved.opening.map(({ code }) => code.replace(folder, ""))).deep.equal([
      'keras.saving.load_model("/own.keras", custom_objects={"Scale": Scale})',
      'await load("/own.keras", { customObjects: { Scale } })',
    ]);
    const exported = await made().export(join(folder, "model.json"));
    expect(exported.files).lengthOf(2);
    expect(exported.bytes).greaterThan((await stat(join(folder, "model.json"))).size);
    expect(html(exported)).include("in 2 files").include("tf.loadLayersModel");
  });

  it("takes nothing for markup", async () => {
    const saved = await made().saveWeights(join(folder, "<b>&.safetensors"));
    expect(html(saved)).include("&lt;b&gt;&amp;.safetensors").not.include("<b>&.safetensors");
  });

  it("of a model that is loaded is its summary", async () => {
    const path = join(folder, "again.keras");
    await made().save(path);
    const bundle = drawLibrary(await load(path)) as Record<string, string>;
    expect(bundle["text/html"]).include("weft-summary").include("first");
    expect(bundle["text/plain"]).match(/Total params: 26 \(104\.00 B\)/);
  });
});
