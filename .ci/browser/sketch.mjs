// node .ci/browser/sketch.mjs --chromium FILE --page FILE [--shots FOLDER]
// A sketch in an exported page, without a server or a network: what is drawn changes what the model sees.

import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { check, expect, report, until } from "./check.mjs";

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string", default: "/usr/bin/chromium" },
    page: { type: "string" },
    shots: { type: "string", default: mkdtempSync(join(tmpdir(), "weft-shots-")) },
  },
});
mkdirSync(options.shots, { recursive: true });

const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1100, height: 700 } });
const page = await context.newPage();
const problems = [];
page.on("pageerror", (error) => problems.push(String(error)));
page.on("request", (request) => {
  const { protocol } = new URL(request.url());
  if (protocol !== "file:" && protocol !== "data:" && protocol !== "blob:") problems.push(`asked for ${request.url()}`);
});
await page.goto(pathToFileURL(resolve(options.page)).href);
const sketch = page.locator(".weft-sketch");
const paper = sketch.locator('canvas[aria-label="paper to draw on"]');

const shares = () =>
  sketch
    .locator("[data-label]")
    .evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [row.dataset.label, Number.parseFloat(row.lastChild.textContent)])),
    );
const best = async () => Object.entries(await shares()).sort((a, b) => b[1] - a[1])[0][0];

/** Draws lines between points, in shares of the paper. */
async function draw(points) {
  const box = await paper.boundingBox();
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 12 });
  await page.mouse.up();
  await page.waitForTimeout(200);
}

await check("shows the sample, and what the model sees in it", async () => {
  await paper.waitFor({ timeout: 10_000 });
  await paper.scrollIntoViewIfNeeded();
  expect((await best()) === "3", `it sees ${await best()} in a 3`);
  const sum = Object.values(await shares()).reduce((total, share) => total + share, 0);
  expect(Math.abs(sum - 100) < 1, `shares sum up to ${sum}%`);
});

await check("sees what is drawn, at every stroke", async () => {
  await draw([
    [0.5, 0.15],
    [0.5, 0.85],
  ]);
  expect((await best()) === "1", `it sees ${await best()} in an upright line`);
  await page.screenshot({ path: join(options.shots, "sketch-light.png") });
  await sketch.locator("button").click();
  await until(async () => Object.values(await shares()).every((share) => share === 0), "the paper is clear");
  const ring = Array.from({ length: 25 }, (_, i) => [
    0.5 + 0.25 * Math.sin((i * Math.PI) / 12),
    0.5 - 0.33 * Math.cos((i * Math.PI) / 12),
  ]);
  await draw(ring);
  expect((await best()) === "0", `it sees ${await best()} in a ring`);
  await sketch.locator("button").click();
  await draw([
    [0.25, 0.2],
    [0.75, 0.2],
    [0.45, 0.85],
  ]);
  expect((await best()) === "7", `it sees ${await best()} in a seven`);
});

await check("is found by a copy of its script at the end of the output, which is what VS Code runs", async () => {
  const papers = await page.evaluate(() => {
    const own = document.querySelector(".weft-sketch");
    const script = [...document.scripts].find(({ text }) => text.includes(own.dataset.sketch));
    const output = document.createElement("div");
    // A clone of a script that has run never runs.
    output.append(own.cloneNode(false), script.cloneNode(true));
    document.body.append(output);
    const copy = document.createElement("script");
    copy.nonce = script.nonce;
    copy.textContent = script.textContent;
    output.append(copy);
    const found = output.querySelectorAll(".weft-sketch canvas").length;
    output.remove();
    return found;
  });
  expect(papers > 0, "no paper");
});

await check("is as legible in the dark", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(options.shots, "sketch-dark.png") });
});

await check("asks nobody for anything, and raises no error", async () => {
  expect(problems.length === 0, problems.join("\n"));
});

await browser.close();
console.log(`screenshots: ${options.shots}`);
process.exit(report() ? 0 : 1);
