// A figure's axis: whether it counts, names or dates, and what its values are in numbers.

import type { Axis } from "../chart/chart.js";
import { type Fields, fields, finite, isDate, list, numberOf, titleOf, words } from "./values.js";

/** One of a figure's axes; told all values that lie along it before any of them is placed. */
export class FigureAxis {
  readonly layout: Fields;
  #kind: "number" | "date" | "category" | null = null;
  readonly #categories = new Map<string, number>();
  readonly #dates: number[] = [];

  constructor(layout: unknown) {
    this.layout = fields(layout);
    const type = words(this.layout["type"]);
    if (type === "category" || type === "date") this.#kind = type;
    else if (type === "linear" || type === "log") this.#kind = "number";
  }

  get log(): boolean {
    return this.layout["type"] === "log";
  }

  /** Sees values that will be placed. The first ones decide what the axis is about. */
  see(values: readonly unknown[]): void {
    if (this.#kind === null) {
      const known = values.filter((value) => value !== null && value !== undefined);
      if (known.length === 0) return;
      this.#kind = known.every((value) => numberOf(value) !== null)
        ? "number"
        : known.every(isDate)
          ? "date"
          : "category";
    }
    for (const value of values) {
      if (value === null || value === undefined) continue;
      if (this.#kind === "category" && !this.#categories.has(String(value)))
        this.#categories.set(String(value), this.#categories.size);
      if (this.#kind === "date" && isDate(value)) this.#dates.push(Date.parse(value));
    }
  }

  /** Where a value lies; null for none. */
  place(value: unknown): number | null {
    if (value === null || value === undefined) return null;
    if (this.#kind === "category") return this.#categories.get(String(value)) ?? null;
    if (this.#kind === "date") return isDate(value) ? Date.parse(value) : numberOf(value);
    return numberOf(value);
  }

  /** As a chart has it. */
  describe(): Axis {
    const { layout } = this;
    const title = titleOf(layout["title"]);
    return {
      ...(title ? { title } : {}),
      log: this.log,
      range: this.#range(),
      ...(this.#labels() ?? {}),
      reversed: layout["autorange"] === "reversed",
      hidden: layout["visible"] === false,
    };
  }

  #range(): readonly [number, number] | undefined {
    const [from, to] = list(this.layout["range"]).map((end) => this.place(end));
    if (typeof from !== "number" || typeof to !== "number" || from >= to) return undefined;
    return this.log ? [power(from), power(to)] : [from, to];
  }

  #labels(): { labels: { at: number; text: string }[] } | null {
    const places = list(this.layout["tickvals"]);
    if (places.length > 0) {
      const texts = list(this.layout["ticktext"]);
      const labels = places.flatMap((value, i) => {
        const at = this.place(value);
        return at === null ? [] : [{ at, text: String(texts[i] ?? value) }];
      });
      return { labels };
    }
    if (this.#kind === "category")
      return { labels: [...this.#categories].map(([text, at]) => ({ at, text: shortened(text) })) };
    return this.#kind === "date" ? { labels: dateLabels(this.#dates) } : null;
  }

  /** A number that the layout gives under this name. */
  number(name: string): number | undefined {
    return finite(this.layout[name]);
  }
}

const power = (exponent: number): number => 10 ** Math.min(300, Math.max(-300, exponent));

const shortened = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

/** A few days, or times of day when all is one day. */
function dateLabels(dates: readonly number[]): { at: number; text: string }[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const date of dates) {
    low = Math.min(low, date);
    high = Math.max(high, date);
  }
  if (low > high) return [];
  const count = low === high ? 1 : 5;
  const day = 86_400_000;
  return Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? low : low + ((high - low) * i) / (count - 1);
    const text = new Date(at).toISOString();
    return { at, text: high - low < 2 * day ? text.slice(11, 16) : text.slice(0, 10) };
  });
}
