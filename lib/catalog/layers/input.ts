// Where a model begins.

import type { DType } from "../../graph/dtype.js";
import { userFrame, ValueError } from "../../graph/errors.js";
import { uniqueName } from "../../graph/names.js";
import type { Shape } from "../../graph/shape.js";
import { placeholder, type Tensor } from "../../graph/tensor.js";

/** Options of `input`. */
export interface InputOptions {
  readonly name?: string | undefined;
  /** Default "float32"; indices of an embedding may be "int32" or "float32". */
  readonly dtype?: DType | undefined;
  /** Fixes the number of samples (needed by stateful layers). */
  readonly batchSize?: number | undefined;
}

/**
 * A tensor to be filled with data: [batch, ...shape]. `null` in the shape is a size that may differ from batch to batch.
 * Source: https://keras.io/api/layers/core_layers/input/
 *
 * @example
 * const x = input([28, 28, 1], { name: "image" });
 */
export function input<const S extends Shape>(
  shape: S,
  options: InputOptions = {},
): Tensor<readonly [number | null, ...S]> {
  const wrong = !Array.isArray(shape) || shape.some((size) => size !== null && !(Number.isInteger(size) && size > 0));
  if (wrong) {
    throw new ValueError(`input expects a list of sizes without the batch, received ${JSON.stringify(shape)}`, {
      hint: "e.g. input([224, 224, 3]) for images, input([50]) for 50 numbers",
    });
  }
  const name = options.name ?? uniqueName("input_layer");
  return placeholder(
    [options.batchSize ?? null, ...shape],
    options.dtype ?? "float32",
    name,
    userFrame(),
  ) as unknown as Tensor<readonly [number | null, ...S]>;
}
