// A layer or model, with data for gradients → how the numbers of each weight and its gradient are spread.

import { showShape } from "../graph/shape.js";
import { Pace } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import { weightAccess } from "../graph/weightAccess.js";
import { showsItself } from "../show/notebook.js";
import type { DataStructure } from "./data.js";
import { Model } from "./model.js";
import type { AnyLayer } from "./topology.js";

/** How numbers are spread. Those that aren't finite are only counted. */
export interface Distribution {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  /** Square root of the sum of squares. */
  readonly norm: number;
  readonly zeros: number;
  readonly notFinite: number;
  /** Numbers by bins of one width from `min` to `max`. */
  readonly counts: readonly number[];
}

export interface WeightHistogram {
  /** "dense/kernel". */
  readonly path: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly values: Distribution;
  /** Null where the loss has no gradient, or no data were given. */
  readonly gradient: Distribution | null;
}

const bins = 32;

/** Weights of a layer or model and how they are spread; made by `histograms`. */
export class WeightHistograms {
  readonly name: string;
  readonly weights: readonly WeightHistogram[];
  /** Whether gradients were asked for. */
  readonly hasGradients: boolean;

  constructor(name: string, weights: readonly WeightHistogram[], hasGradients: boolean) {
    this.name = name;
    this.weights = weights;
    this.hasGradients = hasGradients;
  }

  toString(): string {
    const lines = this.weights.flatMap(({ path, shape, values, gradient, trainable }) => {
      const own = `${path} ${showShape(shape)}  ${described(values)}`;
      if (!this.hasGradients || !trainable) return [own];
      return [own, `  gradient  ${gradient ? described(gradient) : "none"}`];
    });
    return [`Weights of ${this.name}`, ...lines].join("\n");
  }
}

showsItself(WeightHistograms);

const blocks = "▁▂▃▄▅▆▇█";

const short = (value: number): string => String(Number(value.toPrecision(3)));

function described({ mean, deviation, min, max, counts, notFinite }: Distribution): string {
  const odd = notFinite > 0 ? `${notFinite} not finite` : "";
  if (!(max > min)) return [max === min ? `all ${short(max)}` : "", odd].filter(Boolean).join(", ");
  const highest = Math.max(1, ...counts);
  const bars = counts
    .filter((_, i) => i % 2 === 0)
    .map((count, i) => count + (counts[2 * i + 1] ?? 0))
    .map((count) => blocks[Math.min(7, Math.ceil((7 * count) / (2 * highest)))])
    .join("");
  const facts = [`mean ${short(mean)}`, `std ${short(deviation)}`, `${short(min)} to ${short(max)}`, odd];
  return `${bars}  ${facts.filter(Boolean).join(", ")}`;
}

/**
 * How the numbers of every weight of a layer or model are spread; with a batch of data, also the gradients of a compiled model's loss.
 * Raises StateError for gradients of a model that isn't compiled.
 *
 * @example
 * await histograms(m);
 * await histograms(m, x, y);
 */
export async function histograms(of: AnyLayer, x?: DataStructure, y?: DataStructure): Promise<WeightHistograms> {
  const gradients = x !== undefined && of instanceof Model ? await of.gradients(x, y) : null;
  const found: WeightHistogram[] = [];
  const trainable = new Set(of.trainableWeights);
  const pace = new Pace();
  for (const weight of of.weights) {
    const gradient = gradients?.get(weight);
    found.push({
      path: weight.path,
      shape: weight.shape,
      trainable: trainable.has(weight),
      values: await distribution(await numbersOf(weight), pace),
      gradient: gradient ? await distribution(gradient.data, pace) : null,
    });
  }
  return new WeightHistograms(of.name, found, gradients !== null);
}

async function numbersOf(weight: Weight): Promise<ArrayLike<number>> {
  const array = await weightAccess.access?.read(weight);
  return array?.data ?? [];
}

/** Numbers looked at in one go. */
const stretch = 1 << 16;

async function distribution(values: ArrayLike<number>, pace: Pace): Promise<Distribution> {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let [sum, squares, zeros, finite] = [0, 0, 0, 0];
  for (let from = 0; from < values.length; from += stretch) {
    const end = Math.min(values.length, from + stretch);
    for (let i = from; i < end; i++) {
      const value = values[i] as number;
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
      if (value === 0) zeros++;
      sum += value;
      squares += value * value;
      finite++;
    }
    const turn = pace.did(end - from);
    if (turn) await turn;
  }
  const counts = new Array<number>(bins).fill(0);
  const scale = max > min ? bins / (max - min) : 0;
  for (let from = 0; from < values.length; from += stretch) {
    const end = Math.min(values.length, from + stretch);
    for (let i = from; i < end; i++) {
      const value = values[i] as number;
      if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor((value - min) * scale))]! += 1;
    }
    const turn = pace.did(end - from);
    if (turn) await turn;
  }
  const mean = sum / finite;
  const deviation = Math.sqrt(Math.max(0, squares / finite - mean * mean));
  const notFinite = values.length - finite;
  return { min, max, mean, deviation, norm: Math.sqrt(squares), zeros, notFinite, counts };
}
