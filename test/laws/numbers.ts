// Random numbers for the laws, the same in every run.

import type { Sample, Spec, View } from "../../lib/graph/op.js";
import { makeView, type Precision } from "../../lib/graph/reference.js";
import { mixSeed } from "../../lib/graph/seed.js";

/** Numbers of `range` (whole ones for int32); every other bool is true. */
export function randomView(
  spec: Spec,
  seed: number,
  precision: Precision = 64,
  range: readonly [number, number] = [-2, 2],
): View {
  const view = makeView(spec, precision);
  const [low, high] = range;
  for (let i = 0; i < view.data.length; i++) {
    const unit = mixSeed(seed + 1, i) / 2 ** 32;
    view.data[i] =
      spec.dtype === "bool"
        ? Number(unit < 0.5)
        : spec.dtype === "int32"
          ? Math.floor(low + unit * (high - low + 1))
          : low + unit * (high - low);
  }
  return view;
}

/** Inputs of an op's sample. */
export const inputsOf = (sample: Sample<unknown>, precision: Precision): View[] =>
  sample.inputs.map((spec, index) => randomView(spec, index, precision, sample.range?.[index]));
