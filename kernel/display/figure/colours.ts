// Colour scales: a share from 0 to 1 → a colour.

import { fields, list, words } from "./values.js";

export type Rgb = readonly [red: number, green: number, blue: number];

/** Stops of well-known scales, evenly apart. */
const scales: Readonly<Record<string, readonly string[]>> = {
  viridis: [
    "#440154",
    "#482878",
    "#3e4a89",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6dcd59",
    "#b4de2c",
    "#fde725",
  ],
  plasma: ["#0d0887", "#6a00a8", "#b12a90", "#e16462", "#fca636", "#f0f921"],
  cividis: ["#00204c", "#31446b", "#666970", "#958f78", "#cab969", "#ffe945"],
  blues: ["#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"],
  greys: ["#000000", "#ffffff"],
  rdbu: ["#053061", "#4393c3", "#f7f7f7", "#d6604d", "#67001f"],
  hot: ["#000000", "#e60000", "#ffd200", "#ffffff"],
};

export type ColourScale = (share: number) => Rgb;

/** A scale by Plotly's name or its list of [share, colour]; viridis when neither is understood. */
export function colourScale(described: unknown, reversed = false): ColourScale {
  const stops = stopsOf(described);
  return (share) => {
    const at = Math.min(1, Math.max(0, reversed ? 1 - share : share));
    let i = 1;
    while (i < stops.length - 1 && (stops[i]?.[0] ?? 1) < at) i++;
    const [from, low] = stops[i - 1] as readonly [number, Rgb];
    const [to, high] = stops[i] as readonly [number, Rgb];
    const part = to > from ? (at - from) / (to - from) : 0;
    return [0, 1, 2].map((k) =>
      Math.round((low[k] as number) + ((high[k] as number) - (low[k] as number)) * part),
    ) as unknown as Rgb;
  };
}

function stopsOf(described: unknown): (readonly [number, Rgb])[] {
  const given = list(described).flatMap((stop): (readonly [number, Rgb])[] => {
    const [share, colour] = list(stop);
    const rgb = rgbOf(words(colour) ?? "");
    return typeof share === "number" && rgb ? [[share, rgb]] : [];
  });
  if (given.length >= 2) return given;
  const named =
    scales[(words(described) ?? "").toLowerCase().replace(/_r$/, "")] ?? (scales["viridis"] as readonly string[]);
  return named.map((colour, i) => [i / (named.length - 1), rgbOf(colour) as Rgb]);
}

/** A colour written as #rgb, #rrggbb or rgb(…); null for other ways. */
export function rgbOf(text: string): Rgb | null {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim())?.[1];
  if (hex) {
    const pairs = hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
    return pairs.map((pair) => Number.parseInt(pair, 16)) as unknown as Rgb;
  }
  const parts = /^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/.exec(text.trim());
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : null;
}

export const cssOf = ([red, green, blue]: Rgb): string =>
  `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** A trace's scale: its own, or that of its layout's colour axis. */
export function scaleOf(trace: unknown, layout: unknown): ColourScale {
  const { colorscale, reversescale } = fields(trace);
  const axis = fields(fields(layout)["coloraxis"]);
  return colourScale(colorscale ?? axis["colorscale"], (reversescale ?? axis["reversescale"]) === true);
}
