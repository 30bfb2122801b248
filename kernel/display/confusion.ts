// A confusion matrix → tinted counts, the scores of each class, and the pairs confused most.

import { ConfusionMatrix } from "../../lib/index.js";
import { folded } from "./array/fold.js";
import { escapeHtml } from "./escape.js";
import { countNumber, percent } from "./numbers.js";
import type { MimeBundle, Picture } from "./picture.js";
import { pngUri } from "./png.js";

/** Of more classes, a picture is shown instead of counts, and some scores. */
const mostClasses = 24;

export const confusionPicture: Picture<ConfusionMatrix> = {
  name: "confusion",
  accepts: (value): value is ConfusionMatrix => value instanceof ConfusionMatrix,
  draw: drawMatrix,
};

function drawMatrix(matrix: ConfusionMatrix): MimeBundle {
  const { total, accuracy, labels } = matrix;
  const many = labels.length > mostClasses;
  const head = `<div><b>accuracy ${percent(accuracy)}</b> · ${countNumber(total)} samples · ${labels.length} classes</div>`;
  const side = (html: string): string =>
    `<div style="display:inline-block;vertical-align:top;margin:4px 32px 4px 0">${html}</div>`;
  const text = many
    ? `Confusion matrix of ${total} samples and ${labels.length} classes, accuracy ${accuracy.toFixed(4)}`
    : String(matrix);
  const html = head + side(many ? heat(matrix) : counts(matrix)) + side(scores(matrix) + confusions(matrix));
  return { "text/html": `<div class="weft-confusion">${html}</div>`, "text/plain": text };
}

/** Right ones and wrong ones, the stronger the larger their share of the true class. */
const tint = (right: boolean, share: number): string =>
  right ? `rgba(59,130,246,${(0.75 * share).toFixed(3)})` : `rgba(234,88,12,${(0.85 * Math.sqrt(share)).toFixed(3)})`;

const cell = "text-align:right;padding:4px 8px;min-width:2em;font-variant-numeric:tabular-nums";
const table = "border-collapse:collapse;table-layout:auto;margin:0";

function counts({ counts: rows, labels, classes }: ConfusionMatrix): string {
  const names = labels.map((label) => `<th style="${cell}">${escapeHtml(label)}</th>`).join("");
  const body = rows.map((row, i) => {
    const { support } = classes[i] as { support: number };
    const cells = row.map((count, j) => {
      const share = support > 0 ? count / support : 0;
      const title = `${labels[i]} taken for ${labels[j]}: ${count}, ${percent(share)}`;
      const colour = count > 0 ? `;background:${tint(i === j, share)}` : ";opacity:0.4";
      return `<td style="${cell}${colour}" title="${escapeHtml(title)}">${countNumber(count)}</td>`;
    });
    return `<tr style="background:none"><th style="${cell}">${escapeHtml(labels[i] as string)}</th>${cells.join("")}</tr>`;
  });
  return `<table style="${table}"><thead><tr><th style="${cell};opacity:0.6;font-weight:normal">true ↓ predicted →</th>${names}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** One square of pixels for each count. */
function heat({ counts: rows, labels, classes }: ConfusionMatrix): string {
  const count = labels.length;
  const zoom = Math.max(1, Math.floor(480 / count));
  const side = count * zoom;
  const data = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++) {
    const i = Math.floor(y / zoom);
    const support = classes[i]?.support ?? 0;
    for (let x = 0; x < side; x++) {
      const j = Math.floor(x / zoom);
      const share = support > 0 ? ((rows[i] as readonly number[])[j] as number) / support : 0;
      const colour = i === j ? [59, 130, 246] : [234, 88, 12];
      // A little of grey everywhere, so that the square's edge is seen.
      data.set(share > 0 ? [...colour, 60 + 195 * Math.sqrt(share)] : [128, 128, 128, 24], (y * side + x) * 4);
    }
  }
  const uri = pngUri({ width: side, height: side, data, channels: 4 });
  return `<div style="opacity:0.6">true ↓ predicted →</div><img src="${uri}" alt="confusion matrix" width="${side}" height="${side}" style="max-width:100%;height:auto">`;
}

function scores({ classes }: ConfusionMatrix): string {
  const head = ["class", "precision", "recall", "F1", "samples"]
    .map((name) => `<th style="${cell}">${name}</th>`)
    .join("");
  const rows = folded(classes.length, mostClasses).map((i) => {
    const one = i === null ? null : classes[i];
    const cells = one
      ? [escapeHtml(one.label), percent(one.precision), percent(one.recall), percent(one.f1), countNumber(one.support)]
      : ["⋯", "⋯", "⋯", "⋯", "⋯"];
    return `<tr>${cells.map((text) => `<td style="${cell}">${text}</td>`).join("")}</tr>`;
  });
  return `<table style="${table}"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function confusions(matrix: ConfusionMatrix): string {
  const pairs = matrix
    .mostConfused()
    .map(
      ({ truth, predicted, count }) =>
        `<b>${escapeHtml(truth)}</b> taken for <b>${escapeHtml(predicted)}</b> ${countNumber(count)}×`,
    );
  return pairs.length > 0 ? `<div style="margin-top:8px;opacity:0.85">${pairs.join("<br>")}</div>` : "";
}
