// Plotly's figures in a page: their data as JSON, the library once, and a script that draws what comes into view.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Json } from "../wire/messages.js";

export const plotlyType = "application/vnd.plotly.v1+json";

/** What the library in the page can draw. */
const drawn = new Set([
  ...["scatter", "bar", "pie", "heatmap", "histogram", "histogram2d", "histogram2dcontour"],
  ...["contour", "box", "violin", "image", "scatterternary"],
]);

export function canDraw(figure: unknown): figure is Json {
  const data = (figure as Json | null)?.["data"];
  return Array.isArray(data) && data.every((trace: Json | null) => drawn.has(String(trace?.["type"] ?? "scatter")));
}

/** `still` is shown until the figure is drawn, and in print without scripts. */
export function figureHtml(figure: Json, still: string): string {
  const height = Number((figure["layout"] as Json | undefined)?.["height"]) || 400;
  return `<div class="figure" style="min-height:${height}px"><script type="application/json">${jsonForHtml(figure)}</script><div class="still">${still}</div></div>`;
}

/** The library, as the package holds it or as it is installed here. */
export function plotlySource(): string {
  const shipped = new URL("plotly.min.js", import.meta.url);
  const installed = (): string => createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min");
  return readFileSync(existsSync(shipped) ? shipped : installed(), "utf8").replaceAll("</script", "<\\/script");
}

/** Nothing in it ends a script. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** Runs in the page. */
export const figureScript: string = `
const ink = () => getComputedStyle(document.body).color;
const dressed = (layout = {}) => ({
  ...layout,
  autosize: true,
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { ...layout.font, color: ink() },
});
const figures = new Map();
const draw = (place) => {
  const { data, layout, config, frames } = JSON.parse(place.querySelector("script").textContent);
  const target = document.createElement("div");
  target.style.height = place.style.minHeight;
  place.querySelector(".still").replaceWith(target);
  figures.set(target, layout);
  Plotly.newPlot(target, { data, frames, layout: dressed(layout), config: { responsive: true, displaylogo: false, ...config } });
};
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    draw(target);
  }
}, { rootMargin: "400px" });
for (const place of document.querySelectorAll(".figure")) seen.observe(place);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [target, layout] of figures) Plotly.relayout(target, dressed(layout));
});
`;
