// A process that loads mutated files, and says of each how long that took, what it raised, and how large the process has ever been.
// usage: node fuzzer.js FOLDER KIND,… FIRST COUNT

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WeftError } from "../../../lib/graph/errors.js";
import { configure, dense, input, load, loadArrays, lstm, type Model, model, saveArrays } from "../../../lib/index.js";
import { ZipArchive } from "../../../lib/train/save/zip.js";
import { fixturePath } from "../../golden/read.js";
import { type FileSample, fileSamples } from "../../laws/fileSamples.js";
import { Scale } from "../../laws/wholeSamples.js";
import { archiveOf, mutated, mutatedJson } from "./archives.js";
import { type HungryFile, hungryFiles } from "./hungry.js";

/** What the fuzzer says of one file. */
export interface Verdict {
  readonly kind: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** Largest size of the process so far. */
  readonly megabytes: number;
  /** "" for a file that loads; what isn't an error of ours begins with "!". */
  readonly error: string;
}

/** How a kind of file is damaged, and read. */
interface Kind {
  write(seed: number): Promise<void> | void;
  read(): Promise<unknown>;
}

function small(): Model {
  const x = input([6, 3], { name: "x" });
  const m = model({ inputs: x, outputs: dense(2, { name: "last" })(lstm(4, { name: "first" })(x)) });
  m.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
  return m;
}

/** One file that is damaged, or a file of Keras's. */
const file = (path: string, sound: Buffer, read: () => Promise<unknown>): Kind => ({
  write: (seed) => writeFileSync(path, mutated(sound, seed)),
  read,
});

/** Part of an archive that is sound otherwise. */
const part = (path: string, entries: Readonly<Record<string, Buffer>>, name: string): Kind => ({
  write: async (seed) =>
    writeFileSync(path, await archiveOf({ ...entries, [name]: mutated(entries[name] as Buffer, seed) })),
  read: () => load(path),
});

async function kindOf(kind: string, folder: string): Promise<Kind> {
  const at = (name: string): string => join(folder, name);
  const m = small();
  const numbers = { x: Float32Array.from({ length: 50 }, (_, i) => i), y: [[1, 2], [3, 4]] }; // biome-ignore format: a matrix
  const fixture = (name: string): Buffer => readFileSync(fixturePath(`keras_files/${name}`));
  switch (kind) {
    case "archive":
      return file(at("m.keras"), fixture("tutorial2_small.keras"), () => load(at("m.keras")));
    case "config":
    case "weights": {
      await m.saveWeights(at("m.weights.h5"));
      const entries = {
        "metadata.json": Buffer.from("{}"),
        "config.json": Buffer.from(m.toJSON()),
        "model.weights.h5": readFileSync(at("m.weights.h5")),
      };
      return part(at("m.keras"), entries, kind === "config" ? "config.json" : "model.weights.h5");
    }
    case "settings": {
      const samples = fileSamples();
      const saved = new Map<FileSample, { config: string; weights: Buffer }>();
      const savedOf = async (sample: FileSample) => {
        await sample.make().save(at("whole.keras"));
        const zip = await ZipArchive.open(at("whole.keras"));
        const whole = {
          config: await zip.text("config.json", 2 ** 24),
          weights: await zip.bytes("model.weights.h5", 2 ** 24),
        };
        zip.close();
        saved.set(sample, whole);
        return whole;
      };
      return {
        // A model of every registered layer, loss, metric, optimizer in turn.
        write: async (seed) => {
          const sample = samples[seed % samples.length] as FileSample;
          const { config, weights } = saved.get(sample) ?? (await savedOf(sample));
          const entries = {
            "metadata.json": "{}",
            "config.json": JSON.stringify(mutatedJson(JSON.parse(config), seed)),
            "model.weights.h5": weights,
          };
          writeFileSync(at("m.keras"), await archiveOf(entries));
        },
        read: () => load(at("m.keras"), { customObjects: { Scale } }),
      };
    }
    case "older":
      return file(at("m.h5"), fixture("tutorial2_small.h5"), () => load(at("m.h5")));
    case "named":
      await m.saveWeights(at("m.safetensors"));
      return file(at("m.safetensors"), readFileSync(at("m.safetensors")), () => m.loadWeights(at("m.safetensors")));
    case "layers": {
      const x = input([3], { name: "x" });
      await model({ inputs: x, outputs: dense(2)(dense(4)(x)) }).export(at("model.json"));
      return file(at("model.json"), readFileSync(at("model.json")), () => load(at("model.json")));
    }
    case "hungry": {
      let path = "";
      return {
        write: (seed) => {
          const { name, write } = hungryFiles[seed] as HungryFile;
          path = at(name);
          return write(path);
        },
        read: () => (/\.(npz|safetensors)$/.test(path) ? loadArrays(path) : load(path)),
      };
    }
    default: {
      const path = at(`a.${kind}`);
      await saveArrays(path, kind === "npy" ? numbers.x : numbers);
      return file(path, readFileSync(path), () => loadArrays(path));
    }
  }
}

async function judged(kind: string, seed: number, read: () => Promise<unknown>): Promise<Verdict> {
  const started = performance.now();
  const error = await read().then(
    () => "",
    (reason: Error) => (reason instanceof WeftError ? reason.message.split("\n")[0] : `!${reason?.stack ?? reason}`),
  );
  const milliseconds = performance.now() - started;
  return { kind, seed, milliseconds, megabytes: process.resourceUsage().maxRSS / 1024, error: error as string };
}

const [folder, kinds, first, count] = process.argv.slice(2) as [string, string, string, string];
await configure({ backend: "js" });
for (const kind of kinds.split(",")) {
  const { write, read } = await kindOf(kind, folder);
  for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
    await write(seed);
    process.stdout.write(`${JSON.stringify(await judged(kind, seed, read))}\n`);
  }
}
