// A notebook on Weft's own page, as its user handles it: cells by their number among the code cells, text by keys, tools by clicks.

import { expect, until } from "./check.mjs";
import { watchPictures } from "./painted.mjs";

export class NotebookPage {
  constructor(page) {
    this.page = page;
  }

  /** Opens a notebook; milliseconds until its first cell can be edited. */
  async open(address) {
    const before = performance.now();
    await this.page.goto(address);
    await this.editor(0).waitFor({ timeout: 30_000 });
    return performance.now() - before;
  }

  cell(index) {
    return this.page.locator(".jp-Notebook .jp-CodeCell").nth(index);
  }

  editor(index) {
    return this.cell(index).locator(".cm-content");
  }

  output(index, selector) {
    return this.cell(index).locator(".jp-OutputArea").locator(selector).first();
  }

  count() {
    return this.page.locator(".jp-Notebook .jp-CodeCell").count();
  }

  text(index) {
    return this.editor(index).evaluate((node) =>
      [...node.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"),
    );
  }

  /** Replaces a cell's text, and sees that it is there; the cell is then in edit mode. */
  async write(index, code) {
    const editor = this.editor(index);
    let seen = "";
    await until(
      async () => {
        await editor.click({ timeout: 5000 });
        await this.page.keyboard.press("Control+a");
        await this.page.keyboard.insertText(code);
        seen = await this.text(index);
        return seen === code;
      },
      `cell ${index + 1} is written`,
      10_000,
    ).catch((error) => {
      throw new Error(`${error.message}; it holds\n${seen}`);
    });
  }

  /** A new cell below the last one; its number. */
  async add(code) {
    const index = await this.count();
    await this.cell(index - 1)
      .locator(".jp-InputPrompt")
      .first()
      .click();
    await this.page.keyboard.press("b");
    await until(async () => (await this.count()) === index + 1, "a new cell", 5000);
    await this.write(index, code);
    return index;
  }

  /** Runs a cell by its keys; milliseconds until its number shows that it is done. */
  async run(index, ms) {
    await this.editor(index).click();
    await this.page.keyboard.press("Control+Enter");
    const before = performance.now();
    await this.done(index, ms);
    return performance.now() - before;
  }

  async prompt(index) {
    return ((await this.cell(index).locator(".jp-InputPrompt").first().textContent()) ?? "").trim();
  }

  async isDone(index) {
    return /^\[\d+\]/.test(await this.prompt(index));
  }

  done(index, ms = 30_000) {
    return until(() => this.isDone(index), `cell ${index + 1} has run`, ms);
  }

  /** Waits until all cells have run; none may have failed. */
  async allDone(ms) {
    await this.done((await this.count()) - 1, ms);
    await this.idle(5000);
    const errors = await this.page.locator('.jp-OutputArea-output[data-mime-type$="stderr"]').allTextContents();
    expect(errors.length === 0, `errors are shown: ${errors.join("\n")}`);
  }

  /** Clicks a tool in the bar. */
  tool(command) {
    return this.page.locator(`[data-command="${command}"]`).click();
  }

  idle(ms = 30_000) {
    return until(
      async () => /idle/.test(await this.page.locator(".weft-kernel").textContent()),
      "the kernel is idle",
      ms,
    );
  }

  /** Scrolls a cell to the top of the window, and waits until pictures have settled. */
  async show(index) {
    await this.cell(index).evaluate((node) => node.scrollIntoView({ block: "start" }));
    await this.page.waitForTimeout(500);
  }

  /** Notes the different pictures that a cell paints from now on. */
  watch(index, selector) {
    return watchPictures(this.cell(index), selector);
  }

  /** From now on measures the time between two frames of the page. What is returned tells the gaps in milliseconds, in order of size. */
  async watchFrames() {
    await this.page.evaluate(() => {
      const gaps = [];
      window.gapsOfFrames = gaps;
      let last = performance.now();
      const frame = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (window.gapsOfFrames === gaps) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    return () =>
      this.page.evaluate(() => {
        const gaps = window.gapsOfFrames.sort((a, b) => a - b);
        window.gapsOfFrames = null;
        return gaps;
      });
  }
}
