// node .ci/browser/page.mjs --start COMMAND --chromium FILE [--shots FOLDER]
// Weft's own page in a real browser, as README's command starts it: runs tutorials, watches the loss plot move, interrupts, restarts, saves.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { check, expect, report, until } from "./check.mjs";

const { values: options } = parseArgs({
  options: {
    start: { type: "string", default: "npm start" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    shots: { type: "string", default: mkdtempSync(join(tmpdir(), "weft-shots-")) },
  },
});
mkdirSync(options.shots, { recursive: true });
const file = "notebooks/02-shared-layer.ipynb";
const original = readFileSync(file, "utf8");

const started = performance.now();
const server = spawn("bash", ["-c", options.start], { stdio: ["ignore", "pipe", "inherit"], detached: true });
let said = "";
server.stdout.on("data", (text) => {
  said += text;
});
const ended = new Promise((resolve) => server.once("exit", resolve));
const address = await until(() => /http:\/\/127\.0\.0\.1\S+/.exec(said)?.[0], "the address is printed", 300_000);
console.log(`    set up, built and listening after ${((performance.now() - started) / 1000).toFixed(1)} s`);

const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1200, height: 1300 }, colorScheme: "light" });
const page = await context.newPage();
const problems = [];
page.on("pageerror", (error) => problems.push(String(error)));
page.on("request", (request) => {
  const url = new URL(request.url());
  if (/^(https?|wss?):$/.test(url.protocol) && url.hostname !== "127.0.0.1") problems.push(`asked for ${url}`);
});

const shot = (name) => page.screenshot({ path: join(options.shots, `${name}.png`) });
const codeCell = (index) => page.locator(".jp-Notebook .jp-CodeCell").nth(index);
const promptOf = async (index) =>
  (await codeCell(index).locator(".jp-InputPrompt").first().textContent())?.trim() ?? "";
const hasRun = async (index) => /^\[\d+\]/.test(await promptOf(index));
const tool = (command) => page.locator(`[data-command="${command}"]`).click();
const kernelState = () => page.locator(".weft-kernel").first().textContent();
const idle = (ms) => until(async () => /idle/.test(await kernelState()), "the kernel is idle", ms);
const output = (index, selector) => codeCell(index).locator(".jp-OutputArea").locator(selector).first();
const shownAt = async (index) => {
  await codeCell(index).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await page.waitForTimeout(400);
};

/** Replaces a cell's code. */
async function write(index, code) {
  await codeCell(index).locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(code);
  await page.keyboard.press("Escape");
}

/** A new cell below the last one; its index. */
async function add(code) {
  const last = (await page.locator(".jp-Notebook .jp-CodeCell").count()) - 1;
  await codeCell(last).locator(".jp-InputPrompt").first().click();
  await page.keyboard.press("b");
  await until(async () => (await page.locator(".jp-Notebook .jp-CodeCell").count()) === last + 2, "a new cell");
  await write(last + 1, code);
  return last + 1;
}

async function open(path) {
  const url = new URL(address);
  url.pathname = path;
  const before = performance.now();
  await page.goto(url.href);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 30_000 });
  const took = performance.now() - before;
  await idle(30_000);
  return took;
}

/** Different pictures that the live plot of a cell has shown until the cell was done. */
async function framesOf(index, ms) {
  const frames = new Set();
  await until(
    async () => {
      const svg = await output(index, "svg")
        .evaluate((node) => node.outerHTML, undefined, { timeout: 200 })
        .catch(() => null);
      if (svg && (await promptOf(index)) === "[*]:") frames.add(createHash("sha1").update(svg).digest("hex"));
      return hasRun(index);
    },
    `cell ${index + 1} has run`,
    ms,
  );
  return frames.size;
}

await check("shows the first tutorial, as the command opens it", async () => {
  const before = performance.now();
  await page.goto(address);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 30_000 });
  console.log(`    page ready after ${Math.round(performance.now() - before)} ms`);
  await idle(30_000);
  expect((await page.title()).includes("01-image-and-text"), await page.title());
  expect(!page.url().includes("token"), "the token stays in the address");
});

await check("runs all of it, at a smaller size", async () => {
  await write(0, "let size: number = 56;\nlet samples: number = 32;\nlet epochs: number = 3;");
  await tool("run:all");
  const last = (await page.locator(".jp-Notebook .jp-CodeCell").count()) - 1;
  await until(() => hasRun(last), "the last cell has run", 120_000);
  expect((await page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count()) === 0, "an error is shown");
  await shownAt(1);
  await shot("page-graph-light");
});

await check("runs the second tutorial; the loss plot moves", async () => {
  console.log(`    page ready after ${Math.round(await open(`/${file}`))} ms`);
  await write(0, "let samples: number = 2048;\nlet epochs: number = 80;");
  await tool("run:all");
  const frames = await framesOf(3, 120_000);
  console.log(`    ${frames} different frames`);
  expect(frames >= 20, `only ${frames} different frames`);
  const last = (await page.locator(".jp-Notebook .jp-CodeCell").count()) - 1;
  await until(() => hasRun(last), "the last cell has run", 120_000);
  await shownAt(3);
  await shot("page-training-light");
});

await check("answers the first cell after a start quickly, and completes", async () => {
  const index = await add('dense(64, { activation: "re');
  await codeCell(index).locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Tab");
  const completer = page.locator(".jp-Completer:visible");
  await completer.waitFor({ timeout: 10_000 });
  expect(/relu/.test(await completer.textContent()), await completer.textContent());
  await shot("page-completion-light");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
});

await check("interrupts a fit by its button, and goes on", async () => {
  const index = await add(
    "const more = await m.fit([tops, bottoms], labels, { epochs: 100_000, batchSize: 32 });\nmore.epoch.length > 0",
  );
  await page.keyboard.press("Control+Enter");
  await until(async () => (await output(index, "svg").count()) > 0, "it trains");
  await page.waitForTimeout(1000);
  const before = performance.now();
  await tool("kernel:interrupt");
  await until(() => hasRun(index), "the cell has ended", 5000);
  console.log(`    ended ${Math.round(performance.now() - before)} ms after the click`);
  const next = await add("1 + 1");
  await page.keyboard.press("Control+Enter");
  await until(() => hasRun(next), "the next cell has run", 5000);
});

await check("saves, and shows the same after a reload", async () => {
  await page.keyboard.press("Control+s");
  await until(() => readFileSync(file, "utf8").includes("more.epoch.length"), "the file is written", 10_000);
  await page.reload();
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 30_000 });
  await until(
    async () => (await page.locator(".jp-Notebook").textContent()).includes("more.epoch.length"),
    "it is there",
  );
  expect(await hasRun(3), "outputs are there");
});

await check("restarts the kernel", async () => {
  await idle(30_000);
  await tool("kernel:restart");
  const yes = page.locator(".jp-Dialog .jp-mod-accept");
  await yes.click({ timeout: 5000 }).catch(() => {});
  await page.waitForTimeout(500);
  await idle(30_000);
  const index = await add('typeof m === "undefined"');
  await page.keyboard.press("Control+Enter");
  await until(async () => (await promptOf(index)) === "[1]:", "counts from 1 again", 20_000);
});

await check("looks right in the dark", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(800);
  for (const [index, name] of [
    [1, "graph"],
    [3, "training"],
  ]) {
    await shownAt(index);
    await shot(`page-${name}-dark`);
  }
});

await check("raises no error, and asks nobody else for anything", async () => {
  expect(problems.length === 0, problems.join("\n"));
});

await browser.close();
await check("ends with all its kernels at Ctrl-C", async () => {
  process.kill(-server.pid, "SIGINT");
  const late = setTimeout(() => process.kill(-server.pid, "SIGKILL"), 15_000);
  const before = performance.now();
  await ended;
  clearTimeout(late);
  expect(performance.now() - before < 10_000, "it had to be killed");
  await until(
    async () =>
      !(await fetch(new URL(address).origin).then(
        () => true,
        () => false,
      )),
    "nobody listens any more",
    5000,
  );
});
writeFileSync(file, original);
console.log(`screenshots: ${options.shots}`);
process.exit(report() ? 0 : 1);
