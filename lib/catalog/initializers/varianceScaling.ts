// Initializers whose spread follows the number of inputs and outputs of a weight (Glorot & Bengio 2010; He et al. 2015; LeCun et al. 1998).

import { requireOneOf, ValueError } from "../../graph/errors.js";
import type { ItemClass } from "../../graph/registry.js";
import { sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer } from "../../graph/weight.js";
import { optionsOf } from "../config.js";
import { randomNormal, randomUniform, truncatedNormal } from "../ops/index.js";
import { type DrawOptions, Random, type SeedOptions } from "./random.js";

export type FanMode = "fan_in" | "fan_out" | "fan_avg";
export type ScalingDistribution = "uniform" | "normal" | "truncated_normal" | "untruncated_normal";

/** For weights whose inputs and outputs lie elsewhere than in their last two axes; takes both. */
export interface FanOptions extends SeedOptions {
  /** Axes whose sizes multiply to the number of inputs. */
  readonly inputAxes?: readonly number[] | null | undefined;
  /** Axes whose sizes multiply to the number of outputs. */
  readonly outputAxes?: readonly number[] | null | undefined;
}

export interface VarianceScalingOptions extends FanOptions {
  /** Variance times the number that `mode` says. Default 1. */
  readonly scale?: number | undefined;
  /** Default "fan_in". */
  readonly mode?: FanMode | undefined;
  /** "normal" means "truncated_normal", the default. */
  readonly distribution?: ScalingDistribution | undefined;
}

// Standard deviation of a normal distribution cut off at two standard deviations.
const truncatedSpread = 0.87962566103423978;

/** Inputs and outputs of one unit, for any weight shape. */
export function fansOf(shape: readonly number[], { inputAxes, outputAxes }: FanOptions = {}): [number, number] {
  if (inputAxes && outputAxes) {
    const along = (axes: readonly number[]): number => sizeOf(axes.map((axis) => shape.at(axis) as number));
    return [along(inputAxes), along(outputAxes)];
  }
  if (shape.length < 2) return [shape[0] ?? 1, shape[0] ?? 1];
  const window = sizeOf(shape.slice(0, -2));
  return [(shape.at(-2) as number) * window, (shape.at(-1) as number) * window];
}

/** Variance = scale / fan, from a uniform or normal distribution. */
export class VarianceScaling extends Random {
  readonly className: string;
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: ScalingDistribution;
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;

  /** Raises ValueError for a scale that isn't above 0, an unknown mode or distribution, or a seed that is no whole number. */
  constructor(className: string, options: VarianceScalingOptions = {}) {
    super(className, options);
    this.className = className;
    this.scale = options.scale ?? 1;
    this.mode = options.mode ?? "fan_in";
    const distribution = String(options.distribution ?? "truncated_normal").toLowerCase();
    this.distribution = (distribution === "normal" ? "truncated_normal" : distribution) as ScalingDistribution;
    this.inputAxes = options.inputAxes ?? null;
    this.outputAxes = options.outputAxes ?? null;
    if (!(this.scale > 0)) throw new ValueError(`${className}: scale must be above 0, received ${this.scale}`);
    requireOneOf(`${className}: mode`, this.mode, ["fan_in", "fan_out", "fan_avg"]);
    requireOneOf(`${className}: distribution`, this.distribution, [
      "uniform",
      "truncated_normal",
      "untruncated_normal",
    ]);
  }

  protected override draw(shape: readonly number[], options: DrawOptions, whole: readonly number[]): Tensor {
    const [fanIn, fanOut] = fansOf(whole, this);
    const fan = this.mode === "fan_in" ? fanIn : this.mode === "fan_out" ? fanOut : (fanIn + fanOut) / 2;
    const variance = this.scale / Math.max(1, fan);
    if (this.distribution === "uniform") {
      const limit = Math.sqrt(3 * variance);
      return randomUniform(shape, { ...options, minval: -limit, maxval: limit });
    }
    if (this.distribution === "untruncated_normal")
      return randomNormal(shape, { ...options, stddev: Math.sqrt(variance) });
    return truncatedNormal(shape, { ...options, stddev: Math.sqrt(variance) / truncatedSpread });
  }

  override getConfig(): Record<string, unknown> {
    const { seed, scale, mode, distribution } = this;
    const own = this.className === "VarianceScaling" ? { scale, mode, distribution } : {};
    return { seed, ...own, input_axes: this.inputAxes, output_axes: this.outputAxes };
  }
}

const named =
  (className: string, scale: number, mode: FanMode, distribution: ScalingDistribution) =>
  (options: FanOptions = {}): VarianceScaling =>
    new VarianceScaling(className, { ...options, scale, mode, distribution });

type Factory = (options?: FanOptions) => VarianceScaling;
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
/** Any of them. Raises ValueError for a scale that isn't above 0, an unknown mode or distribution. */
export const varianceScaling = (options?: VarianceScalingOptions): VarianceScaling =>
  new VarianceScaling("VarianceScaling", options);

const fanSettings = ["seed", "input_axes", "output_axes"];

const item = (className: string, alias: string, factory: Factory): ItemClass<Initializer> => ({
  className,
  aliases: [alias],
  fromConfig: (config) => factory(optionsOf(config, fanSettings)),
});

/** All of them, for the registry. */
export const varianceScalings: readonly ItemClass<Initializer>[] = [
  {
    className: "VarianceScaling",
    aliases: ["variance_scaling"],
    fromConfig: (config) => varianceScaling(optionsOf(config, ["scale", "mode", "distribution", ...fanSettings])),
  },
  item("GlorotUniform", "glorot_uniform", glorotUniform),
  item("GlorotNormal", "glorot_normal", glorotNormal),
  item("HeUniform", "he_uniform", heUniform),
  item("HeNormal", "he_normal", heNormal),
  item("LecunUniform", "lecun_uniform", lecunUniform),
  item("LecunNormal", "lecun_normal", lecunNormal),
];
