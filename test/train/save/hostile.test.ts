// Files that are damaged, or made to do harm: each is one clear error, soon, and nothing happens besides.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { WeftError } from "../../../lib/graph/errors.js";
import { dense, input, load, model } from "../../../lib/index.js";
import { archiveOf, bomb } from "./archives.js";

const soonMilliseconds = 2_000;

interface LayerEntry {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: { args: unknown[]; kwargs: Record<string, unknown> }[];
}
interface Config {
  config: { layers: [LayerEntry, LayerEntry, LayerEntry] };
  compile_config?: unknown;
}

let folder = "";
let sound: Record<string, Buffer>;

async function archive(entries: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const path = join(folder, "made.keras");
  writeFileSync(path, await archiveOf(entries));
  return path;
}

/** The sound model's archive with another config. */
async function withConfig(change: (config: Config) => void): Promise<string> {
  const config = JSON.parse(String(sound["config.json"])) as Config;
  change(config);
  return archive({ ...sound, "config.json": JSON.stringify(config) });
}

/** The one error that loading gives. */
async function refusal(path: string): Promise<Error> {
  const started = performance.now();
  const error = await load(path).then(
    () => new Error("it loaded"),
    (reason: Error) => reason,
  );
  expect(performance.now() - started, "milliseconds").lessThan(soonMilliseconds);
  expect(error, error.stack).instanceOf(WeftError);
  return error;
}

const refused = async (path: string, pattern: RegExp): Promise<void> => {
  expect((await refusal(path)).message).match(pattern);
};

describe("files that do harm", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
    const x = input([3], { name: "x" });
    const m = model({ inputs: x, outputs: dense(2, { name: "last" })(dense(4, { name: "first" })(x)) });
    const weights = join(folder, "sound.weights.h5");
    await m.saveWeights(weights);
    sound = {
      "metadata.json": Buffer.from("{}"),
      "config.json": Buffer.from(m.toJSON()),
      "model.weights.h5": readFileSync(weights),
    };
    await load(await archive(sound));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("isn't there", () => refused(join(folder, "nowhere.keras"), /there is no file .*nowhere\.keras/));

  it("isn't an archive", async () => {
    const path = join(folder, "text.keras");
    writeFileSync(path, "hello");
    await refused(path, /is no sound \.keras file/);
  });

  it("lacks a part", async () => {
    const { "config.json": _, ...rest } = sound;
    await refused(await archive(rest), /has no config\.json/);
  });

  it("leads out of the archive", async () => {
    const path = await archive({ ...sound, aaaaaaaaaaaa: "evil" });
    const text = readFileSync(path, "latin1").replaceAll("aaaaaaaaaaaa", "../../weft-x");
    writeFileSync(path, Buffer.from(text, "latin1"));
    await refused(path, /relative path: \.\.\/\.\.\/weft-x/);
    expect(existsSync(join(folder, "../../weft-x"))).equal(false);
  });

  it("unpacks to far more than it stores", async () => {
    const path = join(folder, "bomb.keras");
    writeFileSync(path, bomb({ "config.json": Buffer.alloc(2 ** 27) }));
    await refused(path, /config\.json claims 134217728 bytes/);
    writeFileSync(path, bomb({ ...sound, "model.weights.h5": Buffer.alloc(2 ** 29) }));
    await refused(path, /its 3 entries claim 53687\d{4} bytes/);
  });

  it("has another checksum", async () => {
    const path = await archive(sound);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('"units"') + 1] = 0x76;
    writeFileSync(path, bytes);
    await refused(path, /checksum of config\.json is wrong/);
  });

  it("holds no config", async () => {
    await refused(await archive({ ...sound, "config.json": "{" }), /config\.json isn't JSON/);
    await refused(await archive({ ...sound, "config.json": "[]" }), /describes no model/);
  });

  for (const units of [-3, 0, 1.5, 1e300, "8", null, { class_name: "Dense", config: {} }]) {
    it(`asks for ${JSON.stringify(units)} units`, async () => {
      await refusal(
        await withConfig(({ config }) => {
          config.layers[1].config["units"] = units;
        }),
      );
    });
  }

  for (const shape of [[null, -3], [null, 1e15], [null, "x"], [], null, { length: 3 }, [null, 3.5]]) {
    it(`has an input of shape ${JSON.stringify(shape)}`, async () => {
      await refusal(
        await withConfig(({ config }) => {
          config.layers[0].config["batch_shape"] = shape;
        }),
      );
    });
  }

  it("has layers that need each other", async () => {
    const path = await withConfig(({ config }) => {
      const [, first, last] = config.layers;
      first.inbound_nodes = JSON.parse(JSON.stringify(last.inbound_nodes).replaceAll("first", "last"));
    });
    await refused(path, /needs tensors that no layer makes/);
  });

  it("is nested deeper than any stack", async () => {
    const wall = "[".repeat(100_000) + "]".repeat(100_000);
    const text = String(sound["config.json"]).replace('"args":[', `"args":[${wall},`);
    await refusal(await archive({ ...sound, "config.json": text }));
  });

  it("brings code", async () => {
    const lambda = { class_name: "__lambda__", config: { value: ["4wEAAAA=", null, null] } };
    await refused(
      await withConfig(({ config }) => {
        config.layers[1].config["activation"] = lambda;
      }),
      /unknown activation "__lambda__"/,
    );
    await refused(
      await withConfig(({ config }) => {
        config.layers[1].class_name = "Lambda";
      }),
      /unknown layer "Lambda"/,
    );
  });

  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    it(`names a class ${name}`, async () => {
      await refused(
        await withConfig(({ config }) => {
          config.layers[1].class_name = name;
        }),
        new RegExp(`unknown layer "${name}"`),
      );
      await refused(
        await withConfig((config) => {
          config.compile_config = { optimizer: name, loss: "mse" };
        }),
        new RegExp(`unknown optimizer "${name}"`, "i"),
      );
    });
  }

  it("names classes and functions that nobody gave: what to pass is said", async () => {
    const own = (config: Config): void => {
      config.config.layers[1].class_name = "Scale";
      Object.assign(config.config.layers[1], { registered_name: "Custom>Scale" });
    };
    await refused(await withConfig(own), /unknown layer "Scale"[\s\S]*customObjects: \{ Scale \}/);
    const path = await withConfig((config) => {
      const loss = { module: "builtins", class_name: "function", config: "cubed", registered_name: "cubed" };
      config.compile_config = { optimizer: "sgd", loss };
    });
    await refused(path, /unknown loss "cubed"[\s\S]*customObjects: \{ cubed \}/);
  });

  it("has weights of another shape", async () => {
    const path = await withConfig(({ config }) => {
      config.layers[1].config["units"] = 5;
    });
    await refused(path, /has an array \[3, 4\] for first\/kernel, which is \[3, 5\]/);
  });

  it("leaves nothing behind among temporary files", async () => {
    const left = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => /^weft-\w{6}$/.test(name));
    const before = await left();
    const weights = (sound["model.weights.h5"] as Buffer).subarray(0, 900);
    await refusal(await archive({ ...sound, "model.weights.h5": weights }));
    expect((await left()).filter((name) => !before.includes(name))).deep.equal([]);
  });
});
