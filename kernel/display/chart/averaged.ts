// A noisy curve of any number of points in a fixed room: the mean of every stretch.

import type { Points } from "./thinned.js";

/** At most so many points are kept. */
const stretches = 240;

interface Stretch {
  count: number;
  /** Sums of those that are finite. */
  x: number;
  y: number;
  finite: number;
}

export class Averaged {
  #kept: Stretch[] = [];
  /** Points in a full stretch. */
  #size = 1;

  add(x: number, y: number): void {
    let last = this.#kept.at(-1);
    if (!last || last.count === this.#size) {
      if (this.#kept.length === stretches) this.#halve();
      last = { count: 0, x: 0, y: 0, finite: 0 };
      this.#kept.push(last);
    }
    last.count++;
    last.x += x;
    if (!Number.isFinite(y)) return;
    last.y += y;
    last.finite++;
  }

  /** In order of x; null where a stretch had no finite number. */
  points(): Points {
    return {
      x: this.#kept.map(({ x, count }) => x / count),
      y: this.#kept.map(({ y, finite }) => (finite > 0 ? y / finite : null)),
    };
  }

  /** Every two stretches become one. */
  #halve(): void {
    const kept: Stretch[] = [];
    for (let i = 0; i < this.#kept.length; i += 2) {
      const stretch = this.#kept[i] as Stretch;
      const next = this.#kept[i + 1];
      if (next) {
        stretch.count += next.count;
        stretch.x += next.x;
        stretch.y += next.y;
        stretch.finite += next.finite;
      }
      kept.push(stretch);
    }
    this.#kept = kept;
    this.#size *= 2;
  }
}
