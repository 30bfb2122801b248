// Who takes part: each contender's kind of task and how it is started. The Python ones need --python VENV_PYTHON.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @type {Record<string, { kinds: string[], slow?: boolean, install?: boolean, python?: boolean, env?: Record<string, string> }>} */
export const contenders = {
  weft: { kinds: ["matmul", "train"] },
  "tfjs-wasm": { kinds: ["matmul", "train"], install: true },
  "tfjs-cpu": { kinds: ["matmul", "train"], install: true, slow: true },
  "jax-js": { kinds: ["matmul", "train"], install: true },
  "jax-js-threads": { kinds: ["matmul", "train"], install: true },
  numpy: { kinds: ["matmul"], python: true },
  jax: { kinds: ["matmul"], python: true },
  torch: { kinds: ["matmul", "train"], python: true },
  "keras-jax": { kinds: ["train"], python: true, env: { KERAS_BACKEND: "jax" } },
  "keras-tensorflow": { kinds: ["train"], python: true, env: { KERAS_BACKEND: "tensorflow" } },
  "keras-torch": { kinds: ["train"], python: true, env: { KERAS_BACKEND: "torch" } },
};

/** The names that take part; Weft always does. */
export function peersFor({ peers, python }) {
  const usual = Object.keys(contenders).filter(
    (name) => !contenders[name].python || (python !== undefined && !/^keras-t/.test(name)),
  );
  if (peers === undefined || peers === "all") return usual;
  const named = peers === "none" ? [] : peers.split(",").filter(Boolean);
  for (const name of named) {
    if (!(name in contenders)) {
      throw new Error(`unknown peer ${name}; the peers are ${Object.keys(contenders).join(", ")}, all, none`);
    }
    if (contenders[name].python && python === undefined) throw new Error(`${name} needs --python VENV_PYTHON`);
  }
  return [...new Set(["weft", ...named])];
}

/** Installs the JavaScript peers when one of them takes part for the first time. */
export function installPeers(names) {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  if (!names.some((name) => contenders[name].install) || existsSync(`${folder}node_modules/@jax-js`)) return;
  const command = ["--prefix", folder, "ci", "--ignore-scripts"];
  const npm = process.env.npm_execpath;
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...command], { stdio: ["ignore", 2, 2] })
    : spawnSync("npm", command, { stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (status !== 0) throw new Error("the peers could not be installed; --peers none measures Weft alone");
}
