// A bar trace → boxes: beside the bars of other traces, on top of them, or over them, as the layout's barmode says.

import type { Box, Mark } from "../chart/chart.js";
import type { PlacedTrace } from "./traces.js";
import { fields, finite, list, numberOf, words } from "./values.js";

export function barMarks({ trace, name, colour, x, y, layout, group, stack }: PlacedTrace): readonly Mark[] {
  const lying = trace["orientation"] === "h";
  const places = list(trace[lying ? "y" : "x"]);
  const values = list(trace[lying ? "x" : "y"]);
  const mode = words(layout["barmode"]) ?? "group";
  const stacked = mode === "stack" || mode === "relative";
  const beside = !stacked && mode !== "overlay";
  const along = lying ? y : x;
  const at = values.map((_, i) => (places.length > 0 ? along.place(places[i]) : i));
  const pitch = smallestGap(at) * (1 - (finite(layout["bargap"]) ?? 0.2));
  const width = beside ? pitch / group.count : pitch;
  const left = beside ? -pitch / 2 + width * group.index : -pitch / 2;
  const own = list(fields(trace["marker"])["color"]);
  const texts = list(trace["text"]);
  const boxes = values.flatMap((given, i): Box[] => {
    const value = numberOf(given);
    const middle = at[i];
    if (value === null || middle === null || middle === undefined) return [];
    const key = `${middle} ${value < 0 ? "below" : "above"}`;
    const base = stacked ? (stack.get(key) ?? 0) : 0;
    if (stacked) stack.set(key, base + value);
    const from = middle + left;
    const box = lying
      ? { x0: base, x1: base + value, y0: from, y1: from + width }
      : { x0: from, x1: from + width, y0: base, y1: base + value };
    const ownColour = words(own[i]);
    const text = words(texts[i]);
    return [{ ...box, ...(ownColour ? { colour: ownColour } : {}), ...(text ? { text } : {}) }];
  });
  const opacity = finite(trace["opacity"]) ?? (mode === "overlay" && group.count > 1 ? 0.6 : 0.85);
  const plain = words(fields(trace["marker"])["color"]) ?? colour;
  return [{ kind: "boxes", name, colour: plain, opacity, boxes, named: trace["showlegend"] !== false }];
}

/** What bars may share among them. */
function smallestGap(places: readonly (number | null)[]): number {
  const known = places.filter((place) => place !== null).sort((a, b) => a - b);
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < known.length; i++) {
    const between = (known[i] as number) - (known[i - 1] as number);
    if (between > 0 && between < gap) gap = between;
  }
  return Number.isFinite(gap) ? gap : 1;
}
