// For the package: puts what is used of large libraries into it, with their licences, so that users don't install 50 MB.

import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

// Packages that come without the text of their licence, and say in their package.json which it is.
const withoutText = new Set(["abstract-logging"]);

await bundle("dist/kernel/run/services.js");
await bundle("dist/kernel/html/libraries.js");
await bundle("dist/kernel/server/fastify.js");
await bundle("dist/kernel/display/model/dagre.js");
await bundle("dist/lib/train/save/hdf5Library.js");
// As text, for pages; it begins with its licence.
const plotly = createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min");
copyFileSync(plotly, "dist/kernel/html/plotly.min.js");

/** In its own place. */
async function bundle(file) {
  const { metafile } = await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["ws"],
    legalComments: "none",
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    // A path that is taken in tests only.
    logOverride: { "direct-eval": "silent" },
    // CommonJS within requires node's own modules and ws.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const inputs = Object.keys(metafile.inputs).filter((input) => input.includes("node_modules/"));
  if (inputs.length === 0) throw new Error(`${file} has been bundled before: npm run clean, npm run build`);
  const packages = [...new Set(inputs.map(packageOf))].sort();
  writeFileSync(`${file.slice(0, -3)}.licences.txt`, packages.map(licenceOf).join("\n\n----\n\n"));
  rmSync(`${file}.map`, { force: true });
}

function licenceOf(home) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const head = `${name} ${version} (${license})`;
  if (withoutText.has(name)) return `${head}, by ${author?.name ?? author}`;
  const text = readdirSync(home).find((one) => /^licen[cs]e/i.test(one));
  if (!text && !/^@(jupyterlab|lumino)\//.test(name)) throw new Error(`${name} comes without its licence`);
  // Project Jupyter's packages come without a file of their own.
  const licence = readFileSync(text ? join(home, text) : new URL("jupyter-licence.txt", import.meta.url), "utf8");
  return `${head}\n\n${licence}`;
}

function packageOf(input) {
  let home = dirname(input);
  const named = () =>
    existsSync(join(home, "package.json")) && JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version;
  while (!named()) home = dirname(home);
  return home;
}
