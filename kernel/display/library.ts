// Pictures of the layer library's own values; loaded with it.

import type { MimeBundle, Picture } from "./picture.js";

const pictures: readonly Picture[] = [];

/** The picture of one of the library's values; null: its text will do. */
export function drawLibrary(value: object): MimeBundle | Promise<MimeBundle> | null {
  for (const picture of pictures) if (picture.accepts(value)) return picture.draw(value);
  return null;
}
