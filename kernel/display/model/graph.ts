// model.plot() → a picture of the graph. In a page that trusts the notebook it follows the theme and has tooltips; elsewhere it is an image.

import { ModelPlot } from "../../../lib/index.js";
import type { MimeBundle, Picture } from "../picture.js";
import { pngOf, themedImage } from "../static.js";
import { pageInk, staticInk } from "../theme.js";
import { drawGraph } from "./drawGraph.js";

let pictures = 0;

export const graphPicture: Picture<ModelPlot> = {
  name: "graph",
  accepts: (value): value is ModelPlot => value instanceof ModelPlot,
  draw: drawPlot,
};

async function drawPlot(plot: ModelPlot): Promise<MimeBundle> {
  const image = drawGraph(plot, staticInk, "arrow");
  const png = await pngOf(image);
  return {
    "text/html": graphHtml(plot, image),
    "image/svg+xml": image,
    ...(png ? { "image/png": png } : {}),
    "text/plain": String(plot),
  };
}

/** The graph for pages. */
export function graphHtml(plot: ModelPlot, image: string = drawGraph(plot, staticInk, "arrow")): string {
  const inline = drawGraph(plot, pageInk, `weft-arrow-${process.pid}-${++pictures}`);
  return themedImage("weft-graph", inline, image, String(plot));
}
