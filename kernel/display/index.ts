// Any value in, MIME bundle out. A value's own answer comes first, then the pictures, then its text.

import { isDisplayable, jupyterDisplay } from "../../lib/show/mime.js";
import { arrayPicture } from "./array/picture.js";
import { severalPicture } from "./array/several.js";
import { plotlyPicture } from "./figure/picture.js";
import { errorText, inspected } from "./inspected.js";
import type { MimeBundle, Picture } from "./picture.js";

/** Pictures of values that say what they are by their form. */
const pictures: readonly Picture[] = [arrayPicture, severalPicture, plotlyPicture] as readonly Picture[];

/** How a value is shown; at once when its picture is, so that outputs keep their order. Never throws or rejects. */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  try {
    const made = draw(value);
    if (!(made instanceof Promise)) return whole(made, value);
    return made.then((bundle) => whole(bundle, value)).catch((error: unknown) => failed(error, value));
  } catch (error) {
    return failed(error, value);
  }
}

function draw(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isDisplayable(value)) return value[jupyterDisplay]();
  for (const picture of pictures) if (picture.accepts(value)) return picture.draw(value);
  return inspected(value);
}

/** With text/plain, which every front end can show. */
function whole(bundle: unknown, value: unknown): MimeBundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    return failed(
      new TypeError(`Symbol.for("Jupyter.display") must return a MIME bundle, got ${typeof bundle}`),
      value,
    );
  }
  return "text/plain" in bundle ? (bundle as MimeBundle) : { ...bundle, ...inspected(value) };
}

function failed(error: unknown, value: unknown): MimeBundle {
  const { "text/plain": text } = inspected(value);
  return { "text/plain": `${text}\n(its picture failed: ${errorText(error)})` };
}
