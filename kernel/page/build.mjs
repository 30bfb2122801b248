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
    builder.onResolve({ filter: /^path$/ }, () => ({ path: join(here, "src/path.ts") }));
    // JupyterLab makes a cell first and then puts it into its notebook. Yjs warns of that, six times for every cell; both work.
    builder.onLoad({ filter: /yjs[\\/]dist[\\/]yjs\.mjs$/ }, async ({ path }) => ({
      contents: without(await readFile(path, "utf8"), [
        "logging.warn('Invalid access: Add Yjs type to a document before reading data.');",
        "logging.warn('[yjs#509] Not same Y.Doc');",
      ]),
      loader: "js",
    }));
    // Every browser in use reads woff2.
    builder.onLoad({ filter: /katex(\.min)?\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[^"]*"\)/g, ""),
      loader: "css",
    }));
  },
};

/** A text without some of its parts, which must be there. */
function without(text, parts) {
  for (const part of parts) if (!text.includes(part)) throw new Error(`no longer there: ${part}`);
  return parts.reduce((left, part) => left.replace(part, ";"), text);
}

async function newest(folder) {
  const times = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    times.push(entry.isDirectory() ? await newest(path) : (await stat(path)).mtimeMs);
  }
  return Math.max(...times);
}

/** What it takes from the library, and what it is made of. */
const outside = ["lib/graph/bytes.ts", "package-lock.json"].map(async (path) => (await stat(join(root, path))).mtimeMs);
const changed = Math.max(await newest(here), ...(await Promise.all(outside)));
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

// The script of sketches, which runs in outputs of cells: the ops of the library with what draws.
await build({
  entryPoints: [join(here, "src/sketch/pad.ts")],
  outfile: join(root, "dist/kernel/display/sketch/pad.js"),
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
  // Errors look for the user's own files, of which a page has none.
  define: { "import.meta.url": '"file:///weft/dist/lib/graph/errors.js"' },
});
