// Bundles the page: src and JupyterLab's components in; dist/kernel/page out, which the server serves as it is. Nothing is done when
// the bundle is newer than everything it is made of; `--force` bundles anyway.

import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = join(root, "dist/kernel/page");

/** Languages of cells and of code in text; JupyterLab knows a hundred more. */
const languages = /^@codemirror\/lang-(javascript|markdown|json|html|css|python)$/;

const jupyterlab = {
  name: "jupyterlab",
  setup(builder) {
    // Its stylesheets name packages with a tilde.
    builder.onResolve({ filter: /^~/ }, ({ path, resolveDir, kind }) =>
      builder.resolve(path.slice(1), { resolveDir, kind }),
    );
    // Named, but never used by this page: diagrams, forms for settings, the application around its plugins, other languages.
    builder.onResolve(
      {
        filter: /^(@jupyterlab\/(mermaid|application)|@rjsf\/.*|@fortawesome\/.*|@codemirror\/(legacy-modes|lang-).*)$/,
      },
      ({ path }) => (languages.test(path) ? undefined : { path, namespace: "absent", sideEffects: false }),
    );
    builder.onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) =>
      path.endsWith(".css") ? { contents: "", loader: "css" } : { contents: "module.exports = {}", loader: "js" },
    );
    // One copy of what is asked for both as ESM and as CommonJS: their objects recognise each other by class.
    builder.onResolve(
      { filter: /^(yjs|lib0(\/.*)?|y-protocols\/.*|@jupyter\/ydoc|@lumino\/.*)$/ },
      ({ path, resolveDir, kind }) =>
        kind === "require-call" ? builder.resolve(path, { resolveDir, kind: "import-statement" }) : undefined,
    );
    builder.onResolve({ filter: /^path$/ }, ({ resolveDir }) =>
      builder.resolve("path-browserify", { resolveDir, kind: "import-statement" }),
    );
    // Every browser in use reads woff2.
    builder.onLoad({ filter: /katex(\.min)?\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[^"]*"\)/g, ""),
      loader: "css",
    }));
  },
};

async function newest(folder) {
  const times = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    times.push(entry.isDirectory() ? await newest(path) : (await stat(path)).mtimeMs);
  }
  return Math.max(...times);
}

const changed = Math.max(await newest(here), (await stat(join(root, "package-lock.json"))).mtimeMs);
const built = await stat(join(out, "index.html")).then(
  (stats) => stats.mtimeMs,
  () => 0,
);
if (built < changed || process.argv.includes("--force")) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { metafile } = await build({
    entryPoints: { page: join(here, "src/main.ts") },
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    metafile: true,
    legalComments: "linked",
    logLevel: "warning",
    entryNames: "[name]",
    chunkNames: "part-[hash]",
    assetNames: "asset-[hash]",
    define: { "process.env.NODE_ENV": '"production"', "process.env": "{}", global: "globalThis" },
    loader: { ".svg": "text", ".woff2": "file", ".woff": "file", ".ttf": "file", ".png": "file", ".gif": "file" },
    plugins: [jupyterlab],
  });
  if (process.argv.includes("--sizes")) await writeFile(join(out, "sizes.json"), JSON.stringify(metafile));
  // Every stylesheet is in page.css: those of parts are copies.
  for (const name of await readdir(out)) if (/^part-.*\.css/.test(name)) await rm(join(out, name));
  const { logo } = await import("../../dist/kernel/logo.js");
  await writeFile(join(out, "icon.svg"), logo(false));
  await copyFile(join(here, "index.html"), join(out, "index.html"));
}
