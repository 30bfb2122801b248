// What a small chart consists of: panels with axes, and marks in the axes' own units. `draw.ts` makes SVG of it.

/** A line, points, or both; null (and what a logarithmic axis can't show) leaves a gap. */
export interface LineMark {
  readonly kind: "line";
  readonly name: string;
  readonly colour: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** False: points only. */
  readonly joined: boolean;
  readonly markers: boolean;
  readonly dashed?: boolean;
  /** Pixels. */
  readonly thickness?: number;
  readonly opacity?: number;
  /** Steps down to this height are filled. */
  readonly filledTo?: number;
  /** False: not named in the legend. */
  readonly named?: boolean;
}

/** Boxes from corner to corner: bars and histograms. */
export interface BoxMark {
  readonly kind: "boxes";
  readonly name: string;
  readonly colour: string;
  readonly opacity?: number;
  readonly boxes: readonly Box[];
  readonly named?: boolean;
}

export interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  /** Overrides the mark's. */
  readonly colour?: string;
  readonly text?: string;
}

/** A picture laid over a part of the panel, for example a heat map. */
export interface ImageMark {
  readonly kind: "image";
  readonly name: string;
  readonly colour: string;
  /** The corners; the picture's upper left is at x0, y1. */
  readonly box: Box;
  /** A data URI. */
  readonly href: string;
  readonly named?: boolean;
}

export type Mark = LineMark | BoxMark | ImageMark;

export interface Axis {
  readonly title?: string;
  readonly log?: boolean;
  /** What is shown; by default all that the marks hold. */
  readonly range?: readonly [number, number] | undefined;
  /** Names at places, instead of numbers. */
  readonly labels?: readonly { readonly at: number; readonly text: string }[];
  /** The greater end comes first. */
  readonly reversed?: boolean;
  /** No lines, ticks and numbers. */
  readonly hidden?: boolean;
}

export interface Panel {
  /** Where the panel lies in the chart: shares of its width and height, from the upper left. */
  readonly place?: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly title?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
  /** Another vertical axis, on the right, with marks of its own. */
  readonly second?: { readonly y: Axis; readonly marks: readonly Mark[] };
}

export interface Chart {
  readonly width: number;
  readonly height: number;
  readonly title?: string;
  /** A quieter line below the title. */
  readonly note?: string;
  readonly panels: readonly Panel[];
  readonly legend: boolean;
}
