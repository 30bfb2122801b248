// Shapes of calls whose inputs have unknown sizes: try two primes in their place; a size that changes is unknown. Ops and layers
// therefore never see null.

import { applyAll } from "./call.js";
import { type CallOptions, type LayerCallAttrs, mapTensors } from "./callOptions.js";
import type { DType } from "./dtype.js";
import { WeftError } from "./errors.js";
import type { Layer } from "./layer.js";
import type { Mode } from "./mode.js";
import { replay } from "./network.js";
import type { Op, Spec } from "./op.js";
import type { Shape } from "./shape.js";
import { placeholder, Tensor } from "./tensor.js";

const tries = [83, 89] as const;

const fill = (shape: Shape, size: number): number[] => shape.map((dimension) => dimension ?? size);

function merge(a: readonly Spec[], b: readonly Spec[]): { shape: Shape; dtype: DType }[] {
  return a.map((spec, i) => ({
    dtype: spec.dtype,
    shape: spec.shape.map((size, axis) => (size === b[i]?.shape[axis] ? size : null)),
  }));
}

/** The results with either prime. An error speaks of unknown sizes, not of a prime that the user never wrote. */
function both<T>(attempt: (size: number) => T, unknown: boolean): readonly [T, T] {
  if (!unknown) {
    const only = attempt(tries[0]);
    return [only, only];
  }
  let first: T;
  try {
    first = attempt(tries[0]);
  } catch (error) {
    try {
      attempt(tries[1]);
    } catch (other) {
      if (error instanceof WeftError && other instanceof WeftError) throw error.whereBothAgree(other);
    }
    throw error;
  }
  return [first, attempt(tries[1])];
}

const hasUnknown = (inputs: readonly Tensor[]): boolean => inputs.some((tensor) => tensor.shape.includes(null));

/** `op.infer` with unknown sizes. */
export function inferUnknown<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): { shape: Shape; dtype: DType }[] {
  const attempt = (size: number): readonly Spec[] =>
    op.infer(
      inputs.map((tensor) => ({ shape: fill(tensor.shape, size), dtype: tensor.dtype })),
      attrs,
    );
  return merge(...both(attempt, hasUnknown(inputs)));
}

/** A Mode in which nothing is kept: for shapes only. */
export function shapeMode(training: boolean, options: CallOptions): Mode {
  const mode: Mode = {
    training,
    options,
    step: placeholder([], "int32", "step"),
    update() {},
    addLoss() {},
    seed: () => 0,
    replay: (outputs, substitution) =>
      replay(outputs, substitution, (call, inputs) => {
        if (call.op) return applyAll(call.op, inputs, call.attrs);
        const { single, options: own, count } = call.attrs as LayerCallAttrs;
        let next = count;
        const inner = { ...mode, options: mapTensors(own, () => inputs[next++] as Tensor) };
        return invoke(
          call.layer as Layer<Tensor | Tensor[]>,
          single ? (inputs[0] as Tensor) : inputs.slice(0, count),
          inner,
        ).outputs;
      }),
  };
  return mode;
}

interface Probed {
  readonly single: boolean;
  readonly outputs: { shape: Shape; dtype: DType; mask?: Tensor | undefined }[];
}

/** What a layer gives for these inputs: runs `call` on stand-ins and keeps the shapes. */
export function probe(
  layer: Layer<Tensor | Tensor[]>,
  inputs: readonly Tensor[],
  structure: { readonly single: boolean; readonly options: CallOptions },
): Probed {
  const attempt = (size: number): { single: boolean; outputs: Tensor[] } => {
    const standIn = (tensor: Tensor): Tensor => {
      const plain = placeholder(fill(tensor.shape, size), tensor.dtype, tensor.name);
      return tensor.mask ? plain.withMask(placeholder(fill(tensor.mask.shape, size), "bool", "mask")) : plain;
    };
    const stand = inputs.map(standIn);
    const given = structure.single ? (stand[0] as Tensor) : stand;
    return invoke(layer, given, shapeMode(false, mapTensors(structure.options, standIn)));
  };
  const [first, second] = both(attempt, hasUnknown(inputs));
  const outputs = merge(first.outputs as unknown as Spec[], second.outputs as unknown as Spec[]);
  return {
    single: first.single,
    outputs: outputs.map((spec, i) => {
      const [a, b] = [first.outputs[i]?.mask, second.outputs[i]?.mask];
      if (!a || !b) return spec;
      const mask = merge([a as unknown as Spec], [b as unknown as Spec])[0];
      return { ...spec, mask: placeholder(mask?.shape ?? [], "bool", `${layer.name} mask`) };
    }),
  };
}

/** Runs `layer.call` and lets masks through as the layer says. */
export function invoke(
  layer: Layer<Tensor | Tensor[]>,
  inputs: Tensor | Tensor[],
  mode: Mode,
): { single: boolean; outputs: Tensor[] } {
  const { mask: given } = mode.options;
  if (given instanceof Tensor && !Array.isArray(inputs)) inputs = inputs.withMask(given);
  const result = layer.call(inputs, mode);
  const single = !Array.isArray(result);
  let outputs = single ? [result] : result;
  if (layer.masking === "keeps") {
    const mask = (Array.isArray(inputs) ? inputs : [inputs]).find((tensor) => tensor.mask)?.mask;
    outputs = outputs.map((tensor) => tensor.withMask(mask));
  }
  layer.afterCall(outputs, mode);
  return { single, outputs };
}
