// Pictures of the layer library's own values; loaded with it.

import { tensorPicture, weightPicture } from "./array/tensor.js";
import { confusionPicture } from "./confusion.js";
import { errorPicture } from "./errors/picture.js";
import { figurePicture } from "./figure/picture.js";
import { histogramsPicture } from "./histograms.js";
import { imagePicture } from "./image/picture.js";
import { graphPicture } from "./model/graph.js";
import { modelPicture, summaryPicture } from "./model/summary.js";
import type { MimeBundle, Picture } from "./picture.js";
import { profilePicture } from "./profile/picture.js";
import { savedPicture } from "./saved.js";
import { sketchPicture } from "./sketch/picture.js";
import { historyPicture } from "./training/picture.js";

export { trainingProgress } from "./training/callback.js";

const pictures: readonly Picture[] = [
  historyPicture,
  figurePicture,
  graphPicture,
  summaryPicture,
  modelPicture,
  histogramsPicture,
  imagePicture,
  confusionPicture,
  tensorPicture,
  weightPicture,
  errorPicture,
  profilePicture,
  savedPicture,
  sketchPicture,
] as readonly Picture[];

/** The picture of one of the library's values; null: its text will do. */
export function drawLibrary(value: object): MimeBundle | Promise<MimeBundle> | null {
  for (const picture of pictures) if (picture.accepts(value)) return picture.draw(value);
  return null;
}
