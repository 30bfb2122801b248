// A list or record of ndarrays, as models with several outputs and `getWeights` give them → each below its name.

import { escapeHtml } from "../escape.js";
import type { MimeBundle, Picture } from "../picture.js";
import { arrayBundle } from "./picture.js";
import { isNdArray, type NdArrayLike } from "./view.js";

type Several = readonly NdArrayLike[] | Readonly<Record<string, NdArrayLike>>;

/** Beyond these only their number is said. */
const mostArrays = 12;

export const severalPicture: Picture<Several> = { name: "arrays", accepts: isSeveral, draw: drawSeveral };

function isSeveral(value: unknown): value is Several {
  if (typeof value !== "object" || value === null || isNdArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  const entries: unknown[] = Object.values(value);
  return entries.length > 0 && entries.every(isNdArray);
}

function drawSeveral(arrays: Several): MimeBundle {
  const entries: [string, NdArrayLike][] = Object.entries(arrays);
  const shown = entries.slice(0, mostArrays).map(([key, array]) => ({ key, bundle: arrayBundle(array, "ndarray") }));
  const left = entries.length - shown.length;
  const more = left > 0 ? `and ${left} more` : "";
  const html = shown.map(
    ({ key, bundle }, i) =>
      `<details${i < 2 ? " open" : ""}><summary><b>${escapeHtml(key)}</b> ${shapeOf(entries[i]?.[1])}</summary>${String(bundle["text/html"])}</details>`,
  );
  const text = shown.map(({ key, bundle }) => `${key}: ${String(bundle["text/plain"])}`);
  return {
    "text/html": `<div class="weft-arrays">${html.join("")}${more}</div>`,
    "text/plain": [...text, more].filter(Boolean).join("\n"),
  };
}

const shapeOf = (array: NdArrayLike | undefined): string => `[${array?.shape.join(", ") ?? ""}]`;
