// GroupNormalization: groups of a sample's channels have mean 0 and variance 1.

import { ShapeError } from "../../graph/errors.js";
import { normalizeAxis, type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, mean, reshape, square, subtract } from "../ops/index.js";
import { requirePositive } from "./base/checks.js";
import { AffineNormalization, type NormalizationOptions, normalizationSettings } from "./base/normalization.js";

/** Options of `groupNormalization`. */
export interface GroupNormalizationOptions extends NormalizationOptions {
  /** How many groups the channels make; -1 for one each. Default 32. */
  readonly groups?: number | undefined;
  /** The axis of the channels. Default -1. */
  readonly axis?: number | undefined;
}

/** See `groupNormalization`. */
export class GroupNormalization extends AffineNormalization {
  static override readonly settings: readonly string[] = ["groups", "axis", ...normalizationSettings];
  groups: number;
  readonly axis: number;
  private channels = 0;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    this.groups = options.groups === -1 ? -1 : requirePositive(this, "groups", options.groups ?? 32);
    this.axis = options.axis ?? -1;
  }

  override check([shape]: readonly Shape[]): void {
    const own = shape as Shape;
    const channels = own[normalizeAxis(this.axis, own.length)];
    if (this.built && channels !== this.channels)
      throw new ShapeError(`${this.describe()} was built for ${this.channels} channels, received ${showShape(own)}`);
    const groups = this.groups === -1 ? channels : this.groups;
    if (typeof channels === "number" && channels % (groups as number) === 0) return;
    throw new ShapeError(
      `${this.describe()} can't make ${groups} groups of the channels (axis ${this.axis}) of ${showShape(own)}`,
      { hint: "groups must divide the number of channels" },
    );
  }

  override build([shape]: readonly Shape[]): void {
    this.channels = (shape as Shape)[normalizeAxis(this.axis, (shape as Shape).length)] as number;
    if (this.groups === -1) this.groups = this.channels;
    this.makeAffine([this.channels]);
  }

  override call(input: Tensor): Tensor {
    const x = cast(input, "float32");
    const at = normalizeAxis(this.axis, x.rank);
    const shape = x.shape as readonly number[];
    const split = (sizes: readonly number[]): number[] => [
      ...sizes.slice(0, at),
      this.groups,
      this.channels / this.groups,
      ...sizes.slice(at + 1),
    ];
    const grouped = reshape(x, split(shape));
    const axis = grouped.shape.flatMap((_, i) => (i === 0 || i === at ? [] : [i]));
    const average = mean(grouped, { axis, keepdims: true });
    const spread = mean(square(subtract(grouped, average)), { axis, keepdims: true });
    return reshape(this.normalize(grouped, average, spread, split(shape.map(() => 1))), shape);
  }
}

/**
 * Brings groups of each sample's channels to mean 0 and variance 1 (Wu & He 2018). The shape stays. Raises ShapeError when `groups`
 * doesn't divide the channels. Source: https://keras.io/api/layers/normalization_layers/group_normalization/
 *
 * @example
 * const y = groupNormalization({ groups: 4 })(input([28, 28, 16])); // [null, 28, 28, 16]
 */
export const groupNormalization = (options: GroupNormalizationOptions = {}): GroupNormalization =>
  new GroupNormalization(options);
