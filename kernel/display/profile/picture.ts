// model.profile() → a timeline of the step, a bar for each layer, and its kernels folded below.

import { readableBytes } from "../../../lib/graph/bytes.js";
import { ModelProfile } from "../../../lib/index.js";
import { escapeHtml } from "../escape.js";
import { shortNumber } from "../numbers.js";
import type { MimeBundle, Picture } from "../picture.js";
import { themedBundle } from "../static.js";
import type { Ink } from "../theme.js";
import { drawProfile } from "./draw.js";

/** Of more kernels only the slowest are listed. */
const mostKernels = 60;

/** Shorter kernels have no rate: the clock is too coarse. In milliseconds. */
const shortestRated = 0.01;

export const profilePicture: Picture<ModelProfile> = {
  name: "profile",
  accepts: (value): value is ModelProfile => value instanceof ModelProfile,
  draw,
};

function draw(profile: ModelProfile): Promise<MimeBundle> {
  const picture = { name: "weft-profile", draw: (ink: Ink) => drawProfile(profile, ink), text: String(profile) };
  return themedBundle(picture, kernelsOf(profile));
}

function kernelsOf(profile: ModelProfile): string {
  const { kernels } = profile;
  const slowest = [...kernels].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, mostKernels);
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell, i) => `<${tag} style="text-align:${i < 3 ? "left" : "right"};padding:1px 10px 1px 0;white-space:nowrap">${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const head = row(["layer", "pass", "kernel", "ms", "moved", "GFLOP/s"], "th");
  const rows = slowest.map(({ layer, pass, label, milliseconds, bytes, flops }) => {
    const rate =
      milliseconds >= shortestRated && flops > 0
        ? shortNumber(Number((flops / milliseconds / 1e6).toPrecision(3)))
        : "";
    return row([layer, pass, label, milliseconds.toFixed(3), readableBytes(bytes), rate], "td");
  });
  const title =
    rows.length < kernels.length ? `The ${rows.length} slowest of ${kernels.length} kernels` : `${rows.length} kernels`;
  return `<details><summary>${title}</summary><table>${head}${rows.join("")}</table></details>`;
}
