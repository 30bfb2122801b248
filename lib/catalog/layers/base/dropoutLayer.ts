// What the dropout layers share (Srivastava et al. 2014): while training, a share of the numbers is 0 and the rest grows to make up for it.

import { scalar } from "../../../graph/call.js";
import type { LayerOptions } from "../../../graph/layer.js";
import type { Mode } from "../../../graph/mode.js";
import type { Tensor } from "../../../graph/tensor.js";
import { broadcastTo, multiply, randomBernoulli, where } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { requireRate } from "./checks.js";

/** Options of `dropout`. */
export interface DropoutOptions extends LayerOptions {
  /** Which axes get numbers of their own; null for all, 1 where one number serves the whole axis. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
  readonly seed?: number | null | undefined;
}

/** Options of layers whose randomness may be fixed. */
export type Seeded = LayerOptions & { readonly seed?: number | null | undefined };

/** Keeps each number with probability 1 - rate, and scales it. */
export function dropOut(
  x: Tensor,
  rate: number,
  seed: number,
  step: Tensor,
  shape: readonly number[] = x.shape as readonly number[],
): Tensor {
  if (rate === 0) return x;
  if (rate === 1) return broadcastTo(scalar(0), x.shape as readonly number[]);
  const kept = randomBernoulli(shape, { probability: 1 - rate, seed, step });
  return where(kept, multiply(x, 1 / (1 - rate)), 0);
}

/** Numbers are dropped, each by itself or all of a shape's stretch together. */
export abstract class DropoutLayer extends CatalogLayer {
  static override readonly settings: readonly string[] = ["rate", "seed"];
  override readonly masking = "keeps" as const;
  readonly rate: number;
  readonly seed: number | null;

  constructor(options: DropoutOptions & { readonly rate: number }) {
    super(options);
    this.rate = requireRate(this, "rate", options.rate);
    this.seed = options.seed ?? null;
  }

  /** Shape of the decisions, which broadcasts to that of `x`. */
  protected abstract decisions(x: Tensor): readonly number[];

  override call(x: Tensor, mode: Mode): Tensor {
    return mode.training ? dropOut(x, this.rate, mode.seed(this.seed), mode.step, this.decisions(x)) : x;
  }
}

/** See `spatialDropout1d` and `spatialDropout2d`: whole channels are dropped. */
export abstract class SpatialDropout extends DropoutLayer {
  protected override decisions(x: Tensor): readonly number[] {
    return x.shape.map((size, axis) => (axis === 0 || axis === x.rank - 1 ? size : 1)) as number[];
  }

  /** Keras's layer doesn't take `trainable`. */
  override getConfig(): Record<string, unknown> {
    const { trainable: _, ...config } = super.getConfig();
    return config;
  }
}
