// A curve of any number of points in a fixed room: the least and the greatest of every stretch, so that no peak is lost.

/** At most 600 points are kept. */
const stretches = 300;

export interface Points {
  readonly x: number[];
  /** Null where a stretch had no finite number. */
  readonly y: (number | null)[];
}

interface Stretch {
  xLow: number;
  yLow: number;
  xHigh: number;
  yHigh: number;
}

export class Thinned {
  #kept: Stretch[] = [];
  /** Points in a full stretch. */
  #size = 1;
  /** Points in the last one. */
  #filled = 0;

  add(x: number, y: number): void {
    const value = Number.isFinite(y) ? y : Number.NaN;
    const last = this.#kept.at(-1);
    if (last && this.#filled < this.#size) {
      this.#filled++;
      widen(last, { xLow: x, yLow: value, xHigh: x, yHigh: value });
      return;
    }
    if (this.#kept.length === stretches) this.#halve();
    this.#kept.push({ xLow: x, yLow: value, xHigh: x, yHigh: value });
    this.#filled = 1;
  }

  /** In order of x. */
  points(): Points {
    const x: number[] = [];
    const y: (number | null)[] = [];
    const put = (at: number, value: number): void => {
      x.push(at);
      y.push(Number.isNaN(value) ? null : value);
    };
    for (const { xLow, yLow, xHigh, yHigh } of this.#kept) {
      const [first, second] = xLow <= xHigh ? [0, 1] : [1, 0];
      const ends: readonly [number, number][] = [
        [xLow, yLow],
        [xHigh, yHigh],
      ];
      put(...(ends[first] as [number, number]));
      if (xLow !== xHigh) put(...(ends[second] as [number, number]));
    }
    return { x, y };
  }

  /** Every two stretches become one. */
  #halve(): void {
    const kept: Stretch[] = [];
    for (let i = 0; i < this.#kept.length; i += 2) {
      const stretch = this.#kept[i] as Stretch;
      const next = this.#kept[i + 1];
      if (next) widen(stretch, next);
      kept.push(stretch);
    }
    this.#kept = kept;
    this.#size *= 2;
  }
}

function widen(stretch: Stretch, next: Stretch): void {
  if (Number.isNaN(next.yLow)) return;
  if (Number.isNaN(stretch.yLow) || next.yLow < stretch.yLow) {
    stretch.xLow = next.xLow;
    stretch.yLow = next.yLow;
  }
  if (Number.isNaN(stretch.yHigh) || next.yHigh > stretch.yHigh) {
    stretch.xHigh = next.xHigh;
    stretch.yHigh = next.yHigh;
  }
}

/** A long line with fewer points, its peaks kept. */
export function thinnedLine(x: readonly number[], y: readonly (number | null)[]): Points {
  const thinned = new Thinned();
  for (let i = 0; i < x.length; i++) thinned.add(x[i] as number, y[i] ?? Number.NaN);
  return thinned.points();
}
