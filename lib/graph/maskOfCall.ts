// Masks where a layer is called: set by hand on an input, or on their way to a layer that can't work with one.

import type { CallOptions } from "./callOptions.js";
import { ValueError, WeftError } from "./errors.js";
import type { Layer } from "./layer.js";
import { originalOf, Tensor } from "./tensor.js";

type Called = Pick<Layer, "masking" | "describe">;

/** The call's options with the mask that `withMask` set on the input: it is no part of the graph, so the call has to carry it. */
export function withHandMask(
  layer: Called,
  inputs: readonly Tensor[],
  single: boolean,
  options: CallOptions,
): CallOptions {
  const changed = inputs.find((tensor) => tensor.mask !== originalOf(tensor).mask);
  if (!changed || options["mask"] instanceof Tensor) return options;
  if (single && changed.mask) return { ...options, mask: changed.mask };
  // A layer that refuses masks has no use for one either.
  if (!changed.mask && layer.masking === "refuses") return options;
  throw new ValueError(
    changed.mask
      ? `${layer.describe()} can't take a mask by withMask on one of several inputs`
      : `${layer.describe()} can't forget the mask of ${changed.name}`,
    {
      hint: "a mask is made by masking() or embedding(…, { maskZero: true }), or given to a call: layer(x, { mask })",
    },
  );
}

export function refuseMask(layer: Called, inputs: readonly Tensor[], options: CallOptions): void {
  if (layer.masking !== "refuses") return;
  const masked = inputs.find((tensor) => tensor.mask) ?? (options["mask"] instanceof Tensor ? inputs[0] : undefined);
  if (!masked) return;
  throw new WeftError(`${layer.describe()} can't work with the mask that ${masked.name} carries`, {
    hint: "put a layer before it that uses the mask up (lstm, gru, globalAveragePooling1d), or set maskZero to false",
  });
}
