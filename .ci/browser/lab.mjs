// node .ci/browser/lab.mjs --jupyter VENV --chromium FILE [--shots FOLDER]
// Weft in real JupyterLab, in a real browser: run all, pictures, completion, a moving loss plot, interrupt, light and dark.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { check, expect, report, until } from "./check.mjs";
import { watchPictures } from "./painted.mjs";
import { copyTutorials, seeTutorial } from "./untrusted.mjs";

const { values: options } = parseArgs({
  options: {
    jupyter: { type: "string" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    shots: { type: "string", default: mkdtempSync(join(tmpdir(), "weft-shots-")) },
  },
});

const cells = [
  'import { concatenate, dense, dropout, input, model, plot } from "weft";',
  `const [left, right] = [input([128], { name: "left" }), input([128], { name: "right" })];
const shared = dense(64, { activation: "relu" });
const joined = dropout(0.2)(concatenate([shared(left), shared(right)]));
const m = model({ inputs: [left, right], outputs: dense(10, { activation: "softmax" })(joined), name: "twins" });
m.compile({ optimizer: "adam", loss: "categorical_crossentropy", metrics: ["accuracy"] });
m.summary();`,
  "m.plot({ showMemory: true })",
  `const rows = Array.from({ length: 2048 }, (_, i) => Array.from({ length: 128 }, (_, j) => Math.sin(i * (j + 1))));
const labels = rows.map((row) => Array.from({ length: 10 }, (_, k) => (Math.floor((row[0]! + 1) * 4.99) === k ? 1 : 0)));
const history = await m.fit([rows, rows], labels, { epochs: 600, batchSize: 32, validationSplit: 0.2 });`,
  "plot(history)",
  'const broken = (): never => {\n  throw new RangeError("on purpose");\n};\nbroken()',
];

function notebook(sources) {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "weft", display_name: "TypeScript (Weft)", language: "typescript" } },
    cells: sources.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: "code",
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
  });
}

const folder = mkdtempSync(join(tmpdir(), "weft-lab-"));
mkdirSync(options.shots, { recursive: true });
writeFileSync(join(folder, "lab.ipynb"), notebook(cells));
const tutorials = copyTutorials(folder);
// All cells are in the page, also those out of sight; nobody is asked about news.
const settings = (name, values) => {
  const [extension, plugin] = name.split(":");
  mkdirSync(join(folder, "settings", extension), { recursive: true });
  writeFileSync(join(folder, "settings", extension, `${plugin}.jupyterlab-settings`), JSON.stringify(values));
};
settings("@jupyterlab/notebook-extension:tracker", { windowingMode: "none" });
settings("@jupyterlab/apputils-extension:notification", { fetchNews: "false" });
const token = randomUUID();
const port = 20000 + (process.pid % 20000);
const server = spawn(
  join(options.jupyter, "bin", "jupyter"),
  [
    "lab",
    "--no-browser",
    "--allow-root",
    `--ServerApp.port=${port}`,
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${folder}`,
    "--LabApp.expose_app_in_browser=True",
    `--LabApp.user_settings_dir=${join(folder, "settings")}`,
  ],
  { stdio: ["ignore", "pipe", "pipe"], cwd: folder },
);
let log = "";
for (const stream of [server.stdout, server.stderr])
  stream.on("data", (text) => {
    log += text;
  });
const base = `http://127.0.0.1:${port}`;
await until(async () => (await fetch(`${base}/api?token=${token}`)).ok, "Jupyter listens");

const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
const problems = [];
const listen = (one) => one.on("pageerror", (error) => problems.push(String(error.stack ?? error)));
listen(page);

// Commands that run cells end when the cells do: nobody waits for them here.
const run = (command, args = {}) =>
  page.evaluate(
    ([id, given]) => {
      window.jupyterapp.commands.execute(id, given);
    },
    [command, args],
  );
const shot = (name) => page.screenshot({ path: join(options.shots, `${name}.png`) });
const cell = (index) => page.locator(".jp-Notebook .jp-Cell").nth(index);
const prompt = async (index) => (await cell(index).locator(".jp-InputPrompt").first().textContent()).trim();
const ran = (index, ms) => until(async () => /\[\d+\]/.test(await prompt(index)), `cell ${index + 1} has run`, ms);
const output = (index, selector) => cell(index).locator(".jp-OutputArea").locator(selector).first();
const idle = () =>
  until(
    () =>
      page.evaluate(() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle"),
    "the kernel is idle",
  );
const show = async (index, selector) => {
  await cell(index).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await output(index, selector).waitFor({ state: "visible", timeout: 8_000 });
};

/** Types code into a new cell at the end. */
async function newCell(text) {
  await page.evaluate(() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = content.widgets.length - 1;
  });
  await run("notebook:insert-cell-below");
  await run("notebook:enter-edit-mode");
  await page.waitForTimeout(200);
  await page.keyboard.insertText(text);
  return (await page.locator(".jp-Notebook .jp-Cell").count()) - 1;
}

await check("opens a notebook and starts the kernel", async () => {
  await page.goto(`${base}/lab/tree/lab.ipynb?token=${token}`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await idle();
  expect(
    (await page.locator(".jp-Toolbar-kernelName, .jp-KernelName").first().textContent()).includes("Weft"),
    "named",
  );
});

await check("runs all cells; the loss plot moves while it trains", async () => {
  const painted = await watchPictures(cell(3), ".weft-training svg");
  await run("notebook:run-all-cells");
  await until(async () => (await painted()).count >= 8, "eight frames of the loss plot", 60_000);
  await cell(3).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await shot("lab-training-light");
  await ran(5, 120_000);
  const { count } = await painted();
  expect(count >= 20, `only ${count} different frames were seen`);
  console.log(`    ${count} different frames`);
});

await check("shows the summary as a table and the graph as a picture", async () => {
  await show(1, ".weft-summary table");
  await shot("lab-summary-light");
  await show(2, ".weft-graph svg");
  const nodes = await output(2, ".weft-graph svg").locator(".weft-node").count();
  expect(nodes === 6, `${nodes} boxes`);
  expect(!(await output(2, ".weft-graph img").isVisible()), "the image for untrusted pages is shown as well");
});

await check("draws the history by Plotly, and the error of a cell with its line", async () => {
  await show(4, ".jp-RenderedPlotly");
  // Plotly's renderer shows the still image until somebody comes near.
  await output(4, ".jp-RenderedPlotly").hover();
  await show(4, ".js-plotly-plot");
  await page.waitForTimeout(500);
  await shot("lab-history-light");
  await show(5, "pre");
  const text = await output(5, "pre").textContent();
  expect(/RangeError/.test(text) && /line 2/.test(text), text);
});

await check("completes names, options and strings", async () => {
  const index = await newCell('dense(64, { activation: "re');
  await page.keyboard.press("Tab");
  const completer = page.locator(".jp-Completer:visible");
  await completer.waitFor({ timeout: 10_000 });
  expect(/relu/.test(await completer.textContent()), await completer.textContent());
  await shot("lab-completion-light");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await run("notebook:enter-command-mode");
  expect(index > 0, "a new cell");
});

await check("interrupts fit from the toolbar, keeps what was learnt, goes on", async () => {
  const index = await newCell(
    "const more = await m.fit([rows, rows], labels, { epochs: 100_000, batchSize: 32 });\nmore.epoch.length > 0",
  );
  await run("notebook:run-cell");
  await until(async () => (await output(index, "svg").count()) > 0, "it trains");
  await page.waitForTimeout(1000);
  await run("notebook:interrupt-kernel");
  const asked = performance.now();
  await ran(index, 5000);
  console.log(`    ended ${Math.round(performance.now() - asked)} ms after the click`);
  await cell(index).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await shot("lab-interrupted-light");
  const next = await newCell("(await m.evaluate([rows, rows], labels)).loss < 5");
  await run("notebook:run-cell");
  await ran(next);
  expect((await output(next, "pre").textContent()).trim() === "true", "evaluates after the interrupt");
});

await check("stops at a breakpoint in a cell, shows its variables, steps and goes on", async () => {
  const index = await newCell(
    "function twice(x: number): number {\n  const y = 2 * x;\n  return y;\n}\nconst [small, big] = [twice(1), twice(20)];\nsmall + big",
  );
  await run("notebook:enter-command-mode");
  const bug = page.locator(".jp-DebuggerBugButton");
  await until(async () => (await bug.getAttribute("aria-disabled")) === "false", "the kernel can be debugged");
  await bug.click();
  const gutter = cell(index).locator(".cm-breakpoint-gutter .cm-gutterElement");
  await gutter.first().waitFor({ state: "attached" });
  // The first element of a gutter only gives it its width.
  await until(async () => (await gutter.count()) >= 7, "a gutter for breakpoints");
  await cell(index).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await gutter.nth(2).click();
  await until(async () => (await page.locator(".jp-DebuggerBreakpoint").count()) === 1, "a breakpoint in the list");
  await run("notebook:run-cell");
  const current = cell(index).locator(".jp-DebuggerEditor-highlight");
  await until(async () => /const y/.test(await current.first().textContent()), "the line is marked");
  const calls = page.locator(".jp-DebuggerCallstackFrame");
  expect((await calls.count()) === 2, `${await calls.count()} calls`);
  const variables = page.locator(".jp-DebuggerVariables");
  await until(async () => /^x1y/.test(await variables.textContent()), "x is 1");
  await run("debugger:next");
  await until(async () => /return y/.test(await current.first().textContent()), "the next line is marked");
  await until(async () => /^x1y2/.test(await variables.textContent()), "y is 2");
  await shot("lab-debugger-light");
  await run("debugger:continue");
  await until(async () => /^x20y/.test(await variables.textContent()), "x is 20");
  await run("debugger:continue");
  await ran(index, 5000);
  expect((await output(index, "pre").textContent()).trim() === "42", "the value");
  await bug.click();
});

await check("looks right in the dark", async () => {
  await run("apputils:change-theme", { theme: "JupyterLab Dark" });
  await page.waitForTimeout(1500);
  for (const [index, selector, name] of [
    [1, ".weft-summary table", "summary"],
    [3, ".jp-OutputArea-output", "training"],
    [7, ".jp-OutputArea-output", "interrupted"],
  ]) {
    await show(index, selector);
    await page.waitForTimeout(300);
    await shot(`lab-${name}-dark`);
  }
});

await check("shows every picture of the tutorials to one who doesn't trust them", async () => {
  const reader = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
  listen(reader);
  for (const name of tutorials) {
    const pictures = await seeTutorial(reader, `${base}/doc/tree/${name}?token=${token}`, name);
    console.log(`    ${name}: ${pictures} pictures`);
    await reader.screenshot({ path: join(options.shots, `untrusted-${name}.png`) });
  }
  await reader.close();
});

await check("raises no error in the page", async () => {
  expect(problems.length === 0, problems.join("\n"));
});

await browser.close();
server.kill("SIGINT");
setTimeout(() => server.kill("SIGKILL"), 5000).unref();
await new Promise((resolve) => server.once("exit", resolve));
rmSync(folder, { recursive: true, force: true });
console.log(`screenshots: ${options.shots}`);
if (!report()) {
  console.log(log.split("\n").slice(-20).join("\n"));
  process.exit(1);
}
process.exit(0);
