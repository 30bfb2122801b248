// model.plot() → a picture of the graph. In a page that trusts the notebook it follows the theme and has tooltips; elsewhere it is an image.

import { ModelPlot } from "../../../lib/index.js";
import type { Picture } from "../picture.js";
import { type Themed, themedBundle, themedHtml } from "../static.js";
import { type Ink, pageInk } from "../theme.js";
import { drawGraph } from "./drawGraph.js";
import { layOut } from "./layout.js";

let pictures = 0;

export const graphPicture: Picture<ModelPlot> = {
  name: "graph",
  accepts: (value): value is ModelPlot => value instanceof ModelPlot,
  draw: (plot) => themedBundle(themed(plot)),
};

/** The graph for pages. */
export const graphHtml = (plot: ModelPlot): string => themedHtml(themed(plot));

/** Laid out once for both inks. A page with several graphs must not mix up their arrow heads; an image has its own to itself. */
function themed(plot: ModelPlot): Themed {
  const layout = layOut(plot);
  const own = `weft-arrow-${process.pid}-${++pictures}`;
  const draw = (ink: Ink): string => drawGraph(plot, layout, ink, ink === pageInk ? own : "arrow");
  return { name: "weft-graph", draw, text: String(plot) };
}
