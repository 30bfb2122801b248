// Initializers whose spread follows the number of inputs and outputs of a weight (Glorot & Bengio 2010; He et al. 2015; LeCun et al. 1998).

import type { DType } from "../../graph/dtype.js";
import type { ItemClass } from "../../graph/registry.js";
import { sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { randomNormal, randomUniform, truncatedNormal } from "../ops/index.js";
import { piece } from "./random.js";

type Mode = "fan_in" | "fan_out" | "fan_avg";
type Distribution = "uniform" | "normal" | "truncated_normal" | "untruncated_normal";

interface Settings {
  readonly scale?: number;
  readonly mode?: Mode;
  readonly distribution?: Distribution;
  readonly seed?: number | null;
}

// Standard deviation of a normal distribution cut off at two standard deviations.
const truncatedSpread = 0.87962566103423978;

/** Inputs and outputs of one unit, for any weight shape. */
export function fansOf(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) as number) * window, fanOut: (shape.at(-1) as number) * window };
}

/** Spread = scale / fan, from a uniform or normal distribution. */
export class VarianceScaling implements Initializer {
  readonly className: string;
  readonly scale: number;
  readonly mode: Mode;
  readonly distribution: Distribution;
  readonly seed: number | null;

  constructor(className: string, settings: Settings = {}) {
    this.className = className;
    this.scale = settings.scale ?? 1;
    this.mode = settings.mode ?? "fan_in";
    this.distribution = settings.distribution ?? "truncated_normal";
    this.seed = settings.seed ?? null;
  }

  build(shape: readonly number[], _dtype: DType, seed: number, rows?: RowRange): Tensor {
    const { fanIn, fanOut } = fansOf(shape);
    const fan = this.mode === "fan_in" ? fanIn : this.mode === "fan_out" ? fanOut : (fanIn + fanOut) / 2;
    const variance = this.scale / Math.max(1, fan);
    const { shape: wanted, offset } = piece(shape, rows);
    const options = { seed: this.seed ?? seed, offset };
    if (this.distribution === "uniform") {
      const limit = Math.sqrt(3 * variance);
      return randomUniform(wanted, { ...options, minval: -limit, maxval: limit });
    }
    if (this.distribution === "untruncated_normal")
      return randomNormal(wanted, { ...options, stddev: Math.sqrt(variance) });
    return truncatedNormal(wanted, { ...options, stddev: Math.sqrt(variance) / truncatedSpread });
  }

  getConfig(): Record<string, unknown> {
    const { scale, mode, distribution, seed } = this;
    return this.className === "VarianceScaling" ? { scale, mode, distribution, seed } : { seed };
  }
}

type Seeded = { readonly seed?: number };
const named =
  (className: string, scale: number, mode: Mode, distribution: Distribution) =>
  (options: Seeded = {}): VarianceScaling =>
    new VarianceScaling(className, { scale, mode, distribution, ...options });

type Factory = (options?: Seeded) => VarianceScaling;
/** Uniform, spread by the mean of inputs and outputs: the default of most layers. */
export const glorotUniform: Factory = named("GlorotUniform", 1, "fan_avg", "uniform");
/** Truncated normal, spread by the mean of inputs and outputs. */
export const glorotNormal: Factory = named("GlorotNormal", 1, "fan_avg", "truncated_normal");
/** Uniform, for relu. */
export const heUniform: Factory = named("HeUniform", 2, "fan_in", "uniform");
/** Truncated normal, for relu. */
export const heNormal: Factory = named("HeNormal", 2, "fan_in", "truncated_normal");
/** Uniform, spread by the inputs. */
export const lecunUniform: Factory = named("LecunUniform", 1, "fan_in", "uniform");
/** Truncated normal, spread by the inputs: for selu. */
export const lecunNormal: Factory = named("LecunNormal", 1, "fan_in", "truncated_normal");
/** Any of them. */
export const varianceScaling = (
  settings: { scale?: number; mode?: Mode; distribution?: Distribution; seed?: number } = {},
): VarianceScaling => new VarianceScaling("VarianceScaling", settings);

const item = (className: string, alias: string, factory: Factory): ItemClass<Initializer> => ({
  className,
  aliases: [alias],
  fromConfig: ({ seed }) => factory(typeof seed === "number" ? { seed } : {}),
});

/** The named ones, for the registry. */
export const varianceScalings: readonly ItemClass<Initializer>[] = [
  item("GlorotUniform", "glorot_uniform", glorotUniform),
  item("GlorotNormal", "glorot_normal", glorotNormal),
  item("HeUniform", "he_uniform", heUniform),
  item("HeNormal", "he_normal", heNormal),
  item("LecunUniform", "lecun_uniform", lecunUniform),
  item("LecunNormal", "lecun_normal", lecunNormal),
];
