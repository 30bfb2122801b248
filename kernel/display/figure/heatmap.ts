// A heat map → a picture laid over its panel.

import type { Mark } from "../chart/chart.js";
import { pngUri } from "../png.js";
import type { FigureAxis } from "./axes.js";
import { cssOf, scaleOf } from "./colours.js";
import { ends, type PlacedTrace } from "./traces.js";
import { finite, list, numberOf } from "./values.js";

/** More cells than this in a row or column can't be told apart. */
const mostCells = 512;

export function heatMark({ trace, name, x, y, layout }: PlacedTrace): readonly Mark[] {
  const rows = list(trace["z"]).map(list);
  const height = rows.length;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (height === 0 || width === 0) return [];
  const scale = scaleOf(trace, layout);
  const values = rows.map((row) => row.map(numberOf));
  const [low, high] = ends(values.flat(), finite(trace["zmin"]), finite(trace["zmax"]));
  const [wide, tall] = [Math.min(width, mostCells), Math.min(height, mostCells)];
  const pixels = new Uint8Array(wide * tall * 4);
  for (let row = 0; row < tall; row++) {
    for (let column = 0; column < wide; column++) {
      // The first row is the lowest.
      const cells = values[Math.floor(((tall - 1 - row) * height) / tall)];
      const value = cells?.[Math.floor((column * width) / wide)] ?? null;
      if (value === null) continue;
      pixels.set([...scale((value - low) / (high - low || 1)), 255], (row * wide + column) * 4);
    }
  }
  const across = spread(x, list(trace["x"]), width);
  const up = spread(y, list(trace["y"]), height);
  return [
    {
      kind: "image",
      name,
      colour: cssOf(scale(0.6)),
      box: { x0: across[0], x1: across[1], y0: up[0], y1: up[1] },
      href: pngUri({ width: wide, height: tall, data: pixels, channels: 4 }),
      named: false,
    },
  ];
}

/** From the outer edge of the first cell to that of the last; given places are the cells' middles. */
function spread(axis: FigureAxis, given: readonly unknown[], count: number): [number, number] {
  const places = given.map((value) => axis.place(value)).filter((place) => place !== null);
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return [-0.5, count - 0.5];
  const half = places.length > 1 ? (last - first) / (places.length - 1) / 2 : 0.5;
  return places.length === count + 1 ? [first, last] : [first - half, last + half];
}
