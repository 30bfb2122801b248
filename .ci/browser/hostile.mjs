// node .ci/browser/hostile.mjs --chromium FILE [--shots FOLDER]
// A notebook that means harm, by its name, its texts and its outputs: opened, nothing of it runs, nobody elsewhere hears of it, and the
// page can be used. In the page that is made of it scripts of outputs run, by which figures and sketches live there, but nothing else.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { check, expect, report } from "./check.mjs";
import { NotebookPage } from "./notebook.mjs";
import { startWeft } from "./weft.mjs";

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string", default: "/usr/bin/chromium" },
    shots: { type: "string", default: mkdtempSync(join(tmpdir(), "weft-shots-")) },
  },
});

// Whatever runs leaves a word in `hits`, of whichever window it reaches, and in the title.
const hit = (word) =>
  `(window.hits ??= []).push('${word}'); (parent.hits ??= []).push('${word}'); document.title = 'taken'`;
const elsewhere = "https://elsewhere.invalid";
const svg = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30">${inside}</svg>`;
const markup = [
  `<script>${hit("script")}</script>`,
  `<img src="nothing" onerror="${hit("onerror")}">`,
  `<svg onload="${hit("onload")}"><script>${hit("script in svg")}</script></svg>`,
  `<iframe srcdoc="<script>${hit("srcdoc")}</script>"></iframe>`,
  `<iframe src="javascript:${hit("frame")}"></iframe>`,
  `<object data="data:text/html,<script>${hit("object")}</script>"></object>`,
  `<embed src="data:text/html,<script>${hit("embed")}</script>">`,
  `<details open ontoggle="${hit("ontoggle")}"><summary>more</summary></details>`,
  `<input autofocus onfocus="${hit("onfocus")}">`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror="${hit("mutation")}">`,
  `<noscript><p title="</noscript><img src onerror=${hit("noscript").replaceAll(" ", "")}>">`,
  `<style>body { display: none } @import "${elsewhere}/style.css";</style>`,
  `<meta http-equiv="refresh" content="0;url=${elsewhere}/refresh">`,
  `<base href="${elsewhere}/">`,
  `<form action="${elsewhere}/form"><button id="sends">send</button></form>`,
  `<a id="leads" href="javascript:${hit("link")}">link</a>`,
  `<link rel="stylesheet" href="${elsewhere}/link.css">`,
];
const output = (data) => ({ output_type: "display_data", data, metadata: {} });
const figure = {
  data: [{ x: [1, 2], y: [1, 2], text: [`<img src=x onerror="${hit("figure's text")}">`, ""], mode: "text" }],
  layout: {
    title: { text: `<a href="javascript:${hit("figure's title")}">title</a><img src=x onerror="${hit("title")}">` },
  },
};
const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    kernelspec: { name: "weft", display_name: `<img src=x onerror="${hit("kernel's name")}">`, language: "typescript" },
    language_info: { name: `"><script>${hit("language")}</script>` },
    title: `</title><script>${hit("title of the notebook")}</script>`,
  },
  cells: [
    { id: "first", cell_type: "code", source: "1 + 1", metadata: {}, execution_count: null, outputs: [] },
    ...markup.map((source, i) => ({ id: `m${i}`, cell_type: "markdown", source, metadata: {} })),
    {
      id: "words",
      cell_type: "markdown",
      source: `[link](javascript:${hit("markdown")}) ![a](attachment:a.svg) $\\href{javascript:${hit("maths")}}{x}$`,
      metadata: {},
      attachments: {
        "a.svg": { "image/svg+xml": Buffer.from(svg(`<script>${hit("attachment")}</script>`)).toString("base64") },
      },
    },
    {
      id: "outputs",
      cell_type: "code",
      source: "shown",
      metadata: { tags: [`<script>${hit("tag")}</script>`], trusted: true },
      execution_count: 1,
      outputs: [
        ...markup.map((html) => output({ "text/html": html, "text/plain": "html" })),
        output({ "image/svg+xml": svg(`<script>${hit("svg")}</script><g onload="${hit("svg onload")}"/>`) }),
        output({ "application/javascript": hit("javascript") }),
        output({ "text/markdown": markup.join("\n\n") }),
        output({ "text/latex": `$\\href{javascript:${hit("latex")}}{x}$` }),
        output({ "application/vnd.plotly.v1+json": figure }),
        output({ "image/png": `"><script>${hit("png")}</script>` }),
        { output_type: "stream", name: "stdout", text: `\u001b]8;;javascript:${hit("terminal")}\u0007x\n${markup[0]}` },
        { output_type: "error", ename: markup[0], evalue: markup[1], traceback: [markup[0], markup[1]] },
      ],
    },
  ],
};

const weft = await startWeft();
const name = `<img src=x onerror="window.hits=['name']">'%2e%2e.ipynb`;
writeFileSync(join(weft.folder, name), JSON.stringify(notebook));
const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox"] });

/** A window that writes down who is asked elsewhere and what is said in dialogs. */
async function watched() {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1300 }, acceptDownloads: true });
  const page = await context.newPage();
  const seen = [];
  await context.route(/^https?:\/\/(?!127\.0\.0\.1)/, (route) => {
    seen.push(`asked for ${route.request().url()}`);
    return route.abort();
  });
  page.on("dialog", (dialog) => {
    seen.push(`said ${dialog.message()}`);
    dialog.dismiss();
  });
  const look = async (mayRun = []) => {
    // Pictures that fail, refreshes and frames take their time.
    await page.waitForTimeout(1500);
    for (const target of ["#leads", "#sends"])
      for (const one of await page.locator(target).all())
        await one.click({ timeout: 1000, noWaitAfter: true }).catch(() => {});
    await page.waitForTimeout(500);
    const hits = await page.evaluate(() => window.hits ?? []);
    const ran = hits.filter((word) => !mayRun.includes(word));
    expect(ran.length === 0, `these ran: ${ran}`);
    expect(seen.length === 0, seen.join("\n"));
    for (const other of context.pages()) if (other !== page) throw new Error(`it has opened ${other.url()}`);
  };
  return { page, look };
}

const { page, look } = await watched();
const hostile = new NotebookPage(page);
await check("runs nothing of a notebook that is only opened", async () => {
  await hostile.open(new URL(`/notebooks/${encodeURIComponent(name)}${weft.address.search}`, weft.address).href);
  await look();
  expect((await page.title()) !== "taken", "the title is taken");
  expect(await page.evaluate(() => getComputedStyle(document.body).display !== "none"), "the page is hidden");
  await page.screenshot({ path: join(options.shots, "hostile.png") });
});

await check("can be used all the same", async () => {
  await hostile.idle();
  await hostile.run(0);
  expect((await hostile.output(0, "pre").textContent()).trim() === "2", "what it runs");
});

await check("runs only scripts of outputs in the page that is made of it", async () => {
  await page.getByRole("button", { name: "More" }).click();
  const coming = page.waitForEvent("download", { timeout: 20_000 });
  await page.locator('.lm-Menu-item[data-command="download:page"]').click();
  const file = join(options.shots, "hostile.html");
  await (await coming).saveAs(file);
  const made = await watched();
  await made.page.goto(pathToFileURL(file).href);
  await made.look(["script", "script in svg", "srcdoc"]);
  await made.page.screenshot({ path: join(options.shots, "hostile-export.png") });
});

await check("runs nothing of its name in the list of files", async () => {
  const list = await watched();
  await list.page.goto(weft.address.href);
  await list.page.locator(".weft-row").first().waitFor({ timeout: 10_000 });
  await list.look();
});

await browser.close();
await weft.interrupt();
console.log(`screenshots: ${options.shots}`);
process.exit(report() ? 0 : 1);
