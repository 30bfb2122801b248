// The committed tutorials in real JupyterLab as one who was sent them sees them: opened, not trusted, nothing run.

import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, until } from "./check.mjs";

const tutorials = fileURLToPath(new URL("../../notebooks/", import.meta.url));

/** Names of the tutorials, which are now in this folder. */
export function copyTutorials(folder) {
  const names = readdirSync(tutorials).filter((name) => name.endsWith(".ipynb"));
  for (const name of names) copyFileSync(join(tutorials, name), join(folder, name));
  return names;
}

const textOf = (data) => (Array.isArray(data) ? data.join("") : (data ?? ""));

/** Is there something in this output that only a picture can say? */
function isPicture({ data = {} }) {
  if (Object.keys(data).some((type) => /^image\/|plotly/.test(type))) return true;
  return /<(img|svg)\b/.test(textOf(data["text/html"]));
}

/** What an output area shows: its pictures, by how they came out, and its words. */
function look(area) {
  const isSeen = (node) => {
    const { width, height } = node.getBoundingClientRect();
    return width >= 16 && height >= 8 && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const images = [...area.querySelectorAll("img")].filter(isSeen);
  const drawn = [...area.querySelectorAll("svg, canvas")].filter(isSeen);
  return {
    pictures: images.filter((image) => image.naturalWidth > 0).length + drawn.length,
    broken: images.filter((image) => image.complete && image.naturalWidth === 0).length,
    text: area.textContent.slice(0, 200),
  };
}

/** Opens a tutorial in a page; the number of its pictures, each of which was seen. */
export async function seeTutorial(page, address, name) {
  await page.goto(address);
  const cells = page.locator(".jp-Notebook .jp-CodeCell");
  await cells.first().waitFor({ timeout: 60_000 });
  const written = JSON.parse(readFileSync(join(tutorials, name), "utf8"));
  const codes = written.cells.filter(({ cell_type }) => cell_type === "code");
  await until(async () => (await cells.count()) === codes.length, `${codes.length} cells of ${name}`);
  const trusted = await page.evaluate(
    () => [...window.jupyterapp.shell.currentWidget.content.widgets].filter(({ model }) => model.trusted).length,
  );
  expect(codes.length > trusted, `${name} is trusted`);
  let seen = 0;
  for (const [index, { outputs }] of codes.entries()) {
    const wanted = outputs.filter(isPicture).length;
    if (wanted === 0) continue;
    const area = cells.nth(index).locator(".jp-OutputArea").first();
    await area.scrollIntoViewIfNeeded();
    const enough = async () => (await area.evaluate(look)).pictures >= wanted;
    await until(enough, "pictures", 10_000).catch(async () => {
      const { pictures, broken, text } = await area.evaluate(look);
      throw new Error(`cell ${index + 1} of ${name}: ${pictures} of ${wanted} pictures, ${broken} broken\n${text}`);
    });
    expect((await area.evaluate(look)).broken === 0, `cell ${index + 1} of ${name}: a broken picture`);
    seen += wanted;
  }
  return seen;
}
