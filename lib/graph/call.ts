// Applying ops: checks shapes, records the call. Everything symbolic is made through here.

import type { DType } from "./dtype.js";
import { orRefuse } from "./errors.js";
import { inferUnknown } from "./infer.js";
import type { Op, Spec, View } from "./op.js";
import { record, Tensor } from "./tensor.js";
import { Weight } from "./weight.js";

/** What ops accept: a tensor, a layer's weight, a number. */
export type TensorLike = Tensor | Weight | number;

/** The tensor behind a TensorLike; a number becomes a scalar constant of `dtype`. */
export function toTensor(value: TensorLike, dtype: DType = "float32"): Tensor {
  if (value instanceof Tensor) return value;
  if (value instanceof Weight) return value.tensor;
  return scalar(value, dtype);
}

const scalars = new Map<string, Tensor>();

/** A scalar constant; the same number is the same tensor. */
export function scalar(value: number, dtype: DType = "float32"): Tensor {
  const key = `${dtype}:${Object.is(value, -0) ? "-0" : value}`;
  let tensor = scalars.get(key);
  if (!tensor) {
    tensor = constant({ shape: [], dtype, data: dtype === "float32" ? Float64Array.of(value) : Int32Array.of(value) });
    if (scalars.size < 4096) scalars.set(key, tensor);
  }
  return tensor;
}

/**
 * A constant of any shape; the view is kept, not copied.
 *
 * @example
 * const row = constant({ shape: [1, 3], dtype: "float32", data: Float32Array.of(1, 2, 3) });
 * await ops.multiply(row, 2).data(); // [[2, 4, 6]]
 */
export function constant(value: View): Tensor {
  return record({ source: { kind: "constant", value }, inputs: [], attrs: null }, [
    { shape: value.shape, dtype: value.dtype },
  ])[0] as Tensor;
}

/** Whether every size is known. */
export const isConcrete = (tensor: Tensor): tensor is Tensor<readonly number[]> =>
  tensor.shape.every((size) => size !== null);

/** A tensor of known sizes as a Spec. */
export const specOf = (tensor: Tensor): Spec => tensor as unknown as Spec;

/** Records `op` on `inputs`, or what it is composed of; all outputs. */
export function applyAll<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): readonly Tensor[] {
  return op.compose && inputs.every(isConcrete) ? op.compose(inputs, attrs) : recordOp(op, inputs, attrs);
}

/** Records `op` itself on `inputs`; all outputs. */
export function recordOp<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): readonly Tensor[] {
  const concrete = inputs.every(isConcrete);
  const specs = orRefuse(
    () => ({ name: op.name, className: op.name, inputs }),
    () => (concrete ? op.infer(inputs.map(specOf), attrs) : inferUnknown(op, inputs, attrs)),
  );
  return record({ op: op as Op, inputs, attrs }, specs);
}

/** Records `op` on `inputs`; its only output. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  return applyAll(op, inputs, attrs)[0] as Tensor;
}
