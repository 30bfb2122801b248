// Checks of arguments and shapes that many layers share.

import { asWritten, ShapeError, ValueError } from "../../../graph/errors.js";
import type { Layer } from "../../../graph/layer.js";
import { type Shape, showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";

type AnyLayer = Layer<Tensor | Tensor[]>;

/** A hint for who wrote `dense({ units: 3 })`, as other libraries have it. */
function ownArgument(name: string, value: unknown): { hint?: string } {
  const inOptions = typeof value === "object" && value !== null && name in value;
  return inOptions ? { hint: `${name} is an argument of its own, in front of the options` } : {};
}

/** A whole number from 1 on. */
export function requirePositive(layer: unknown, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw new ValueError(
    `${(layer as AnyLayer).describe()}: ${name} must be a whole number from 1 on, received ${asWritten(value)}`,
    ownArgument(name, value),
  );
}

/** A share in [0, 1], or, where all of it leaves nothing to scale, in [0, 1). */
export function requireRate(layer: unknown, name: string, value: unknown, mayBeAll = true): number {
  if (typeof value === "number" && value >= 0 && (mayBeAll ? value <= 1 : value < 1)) return value;
  throw new ValueError(
    `${(layer as AnyLayer).describe()}: ${name} must be a number from 0 ${mayBeAll ? "to" : "up to, but not including,"} 1, received ${asWritten(value)}`,
    ownArgument(name, value),
  );
}

/** The size of the last axis, which must be known. */
export function requireWidthKnown(layer: unknown, shape: Shape): number {
  const width = shape.at(-1);
  if (shape.length >= 2 && typeof width === "number") return width;
  throw new ShapeError(
    `${(layer as AnyLayer).describe()} expects [batch, …, features] with a known number of features, received ${showShape(shape)}`,
    {
      hint:
        shape.length < 2
          ? "give input() a shape with at least one axis, e.g. input([1])"
          : "give input() the size of its last axis",
    },
  );
}

/** One or more numbers, as many as there are dimensions. */
export function perDimension(layer: unknown, name: string, value: number | readonly number[], rank: number): number[] {
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : Array.isArray(value) ? [...value] : [];
  if (list.length === rank && list.every((size) => Number.isInteger(size) && size > 0)) return list;
  throw new ValueError(
    `${(layer as AnyLayer).describe()}: ${name} must be a whole number or ${rank} of them, received ${asWritten(value)}`,
    ownArgument(name, value),
  );
}

/** Options of layers that know where channels are. */
export interface ChannelOptions {
  readonly dataFormat?: "channels_last" | undefined;
}

/** Only channels-last data is supported. */
export function requireChannelsLast(layer: string, format: unknown): void {
  if (format !== undefined && format !== null && format !== "channels_last") {
    throw new ValueError(`${layer}: dataFormat ${JSON.stringify(format)} isn't supported`, {
      hint: "permute() the data to channels last",
    });
  }
}
