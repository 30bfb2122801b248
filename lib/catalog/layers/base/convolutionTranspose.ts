// What the transposed convolutions share: every input puts a whole window into the output.

import { ValueError } from "../../../graph/errors.js";
import type { Shape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { conv, flip, pad, transpose } from "../../ops/index.js";
import { requirePositive } from "./checks.js";
import { kernelSettings } from "./kernelLayer.js";
import { WindowLayer, type WindowOptions, windowSettings } from "./windowLayer.js";

/** Options of the transposed convolutions. */
export interface ConvTransposeOptions extends Omit<WindowOptions, "padding"> {
  /** "valid": whole windows (default). "same": as much as makes size · strides. */
  readonly padding?: "valid" | "same" | undefined;
  /** Further sizes at the end, below `strides`; by default what `padding` needs. */
  readonly outputPadding?: number | readonly number[] | null | undefined;
}

/** With what every transposed convolution needs. */
export type ConvTransposeSettings = ConvTransposeOptions & {
  readonly filters: number;
  readonly kernelSize: number | readonly number[];
};

/** Base of the transposed convolutions; their kernel is [...window, filters, channels]. */
export abstract class ConvTranspose extends WindowLayer {
  static override readonly settings: readonly string[] = [
    "filters",
    ...windowSettings,
    "output_padding",
    ...kernelSettings,
  ];
  readonly filters: number;
  readonly outputPadding: readonly number[] | null;

  constructor(rank: number, options: ConvTransposeSettings) {
    super(rank, options);
    this.filters = requirePositive(this, "filters", options.filters);
    const { outputPadding: given } = options;
    this.outputPadding =
      given === undefined || given === null
        ? null
        : typeof given === "number"
          ? new Array<number>(rank).fill(given)
          : [...given];
    const fits =
      this.outputPadding === null ||
      (this.outputPadding.length === rank &&
        this.outputPadding.every(
          (size, i) => Number.isInteger(size) && size >= 0 && size < (this.strides[i] as number),
        ));
    if (!fits)
      throw new ValueError(
        `${this.describe()}: outputPadding must be from 0 on and below strides (${this.strides.join(", ")}), received ${JSON.stringify(given)}`,
      );
    if (this.strides.some((stride) => stride > 1) && this.dilationRate.some((rate) => rate > 1))
      throw new ValueError(`${this.describe()} can't have both strides and a dilationRate above 1`);
  }

  protected override get channels(): number {
    return this.kernel.shape.at(-1) as number;
  }

  override build([shape]: readonly Shape[]): void {
    this.makeWeights([...this.kernelSize, this.filters, (shape as Shape).at(-1) as number], this.filters);
  }

  /** Zeros before and after the spread-out input, by Keras's rules. */
  private edges(): [number, number][] {
    return this.kernelSize.map((size, i) => {
      const stride = this.strides[i] as number;
      const reach = (size - 1) * (this.dilationRate[i] as number) + 1;
      const given = this.outputPadding?.[i];
      if (this.padding === "valid") return [reach - 1, reach - 1 + (given ?? Math.max(reach, stride) - reach)];
      const total = given === undefined ? stride + reach - 2 : reach + (reach % 2) - 2 + given;
      const before = Math.min(Math.ceil(total / 2), reach - 1);
      return [before, total - before];
    });
  }

  override call(x: Tensor): Tensor {
    const wide = pad(x, [[0, 0], ...this.edges(), [0, 0]], {
      interior: [0, ...this.strides.map((stride) => stride - 1), 0],
    });
    const axes = this.kernelSize.map((_, i) => i);
    const turned = transpose(flip(this.kernel, axes), [...axes, this.rank + 1, this.rank]);
    return this.finish(conv(wide, turned, { dilations: this.dilationRate }));
  }
}
