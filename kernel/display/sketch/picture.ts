// A sketch → a still picture of its sample with what the model sees in it, and the script that makes paper to draw on of it, where
// scripts may run.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Sketch } from "../../../lib/index.js";
import { escapeHtml } from "../escape.js";
import { percent } from "../numbers.js";
import type { MimeBundle, Picture } from "../picture.js";
import { pngUri } from "../png.js";

export const sketchPicture: Picture<Sketch> = {
  name: "sketch",
  accepts: (value): value is Sketch => value instanceof Sketch,
  draw: drawSketch,
};

/** Made by the build: the pad, with the ops that models are made of. */
const padFile = new URL("pad.js", import.meta.url);

async function drawSketch(sketch: Sketch): Promise<MimeBundle> {
  const { program, labels, sample, centre } = sketch;
  const pad = await readFile(fileURLToPath(padFile), "utf8");
  const settings = JSON.stringify({
    program,
    labels,
    sample: [...sample].map((value) => Number(value.toFixed(3))),
    centre,
  });
  // By its own name: VS Code runs a copy of the script at the end of the output, away from here.
  const name = randomUUID();
  const place = `document.currentScript.parentElement.querySelector('[data-sketch="${name}"]')`;
  // Nothing in it may end the script.
  const call = `weftPad(${place}, ${settings.replaceAll("<", "\\u003c")});`;
  const html = `<div class="weft-sketch" data-sketch="${name}">${still(sketch)}</div><script>${pad}${call}</script>`;
  return { "text/html": html, "text/plain": String(sketch) };
}

const cell = "text-align:right;padding:1px 12px 1px 0";

function still(sketch: Sketch): string {
  const { rows, columns, labels, sample } = sketch;
  const scores = sketch.scores(sample);
  const data = Uint8Array.from(sample, (value) => Math.round(255 * (1 - value)));
  const picture = pngUri({ width: columns, height: rows, data, channels: 1 });
  const best = scores.indexOf(Math.max(...scores));
  const lines = labels.map((label, i) => {
    const weight = i === best ? "font-weight:bold" : "";
    return `<tr style="background:none;${weight}"><td style="${cell}">${escapeHtml(label)}</td><td style="${cell}">${percent(scores[i] as number)}</td></tr>`;
  });
  const image = `<img alt="" width="${columns * 6}" height="${rows * 6}" style="image-rendering:pixelated" src="${picture}">`;
  const table = `<table style="table-layout:auto;margin:0"><tbody>${lines.join("")}</tbody></table>`;
  return (
    `<div style="display:flex;gap:24px;align-items:flex-start"><div>${image}</div>${table}</div>` +
    `<div style="opacity:0.75">To draw here, trust this notebook or run the cell.</div>`
  );
}
