// model.plot() → a picture of the graph. In a page that trusts the notebook it follows the theme and has tooltips; elsewhere it is an image.

import { ModelPlot } from "../../../lib/index.js";
import type { MimeBundle, Picture } from "../picture.js";
import { pngOf, svgImage } from "../static.js";
import { pageInk, staticInk } from "../theme.js";
import { drawGraph } from "./drawGraph.js";

let pictures = 0;

export const graphPicture: Picture<ModelPlot> = {
  name: "graph",
  accepts: (value): value is ModelPlot => value instanceof ModelPlot,
  draw: drawPlot,
};

async function drawPlot(plot: ModelPlot): Promise<MimeBundle> {
  const name = `weft-arrow-${process.pid}-${++pictures}`;
  const image = drawGraph(plot, staticInk, "arrow");
  const inline = drawGraph(plot, pageInk, name);
  const png = await pngOf(image);
  // Pages that don't trust the notebook take the inline SVG out, and the style finds nothing to hide the image for.
  const html =
    `<div class="weft-graph">${inline}${svgImage(image, String(plot))}</div>` +
    "<style>.weft-graph > svg ~ img { display: none; }</style>";
  return {
    "text/html": html,
    "image/svg+xml": image,
    ...(png ? { "image/png": png } : {}),
    "text/plain": String(plot),
  };
}
