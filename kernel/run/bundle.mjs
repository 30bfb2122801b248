// For the package: puts what services.js uses of Jupyter's client into it, with the licences, so that users don't install 30 MB.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const file = "dist/kernel/run/services.js";

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
  metafile: true,
  // CommonJS within requires node's own modules and ws.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

const folders = new Set(
  Object.keys(metafile.inputs)
    .filter((input) => input.includes("node_modules/"))
    .map(folderOf),
);
const licences = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const text = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  // Project Jupyter's packages come without a file of their own.
  const licence = readFileSync(text ? join(folder, text) : new URL("jupyter-licence.txt", import.meta.url), "utf8");
  return `${name} ${version} (${license})\n\n${licence}`;
});
rmSync(`${file}.map`, { force: true });
writeFileSync(`${file.slice(0, -3)}.licences.txt`, licences.join("\n\n----\n\n"));

function folderOf(input) {
  let folder = dirname(input);
  while (
    !existsSync(join(folder, "package.json")) ||
    !JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version
  )
    folder = dirname(folder);
  return folder;
}
