// Tensors and calls: the recorded graph. A tensor is a place where numbers will be; a call says what makes it.

import type { DType } from "./dtype.js";
import type { Layer } from "./layer.js";
import type { Op, View } from "./op.js";
import { type Part, presentPart } from "./part.js";
import { type Shape, showShape } from "./shape.js";
import type { RowRange, Weight } from "./weight.js";

/** Where numbers enter a graph. */
export type Source =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "weight"; readonly weight: Weight; readonly rows?: RowRange }
  | { readonly kind: "constant"; readonly value: View };

/** What a call carries besides its tensors: an op's attributes or a layer call's options. */
export interface Call {
  /** Exactly one of the three. */
  readonly source?: Source;
  readonly op?: Op;
  readonly layer?: Layer<Tensor | Tensor[]>;
  readonly inputs: readonly Tensor[];
  readonly attrs: unknown;
  /** Filled right after construction. */
  outputs: readonly Tensor[];
  /** Creation order: a call's inputs always have smaller numbers. */
  readonly id: number;
  /** The user's line. */
  readonly where?: string | undefined;
  /** Whose work it is, inside of a step. */
  readonly part?: Part | undefined;
}

let calls = 0;
const nextCallId = (): number => calls++;

/** Evaluates tensors whose sources have values; `train` plugs it in, since the graph itself holds no numbers. */
export const evaluation: {
  evaluate: ((tensor: Tensor) => Promise<import("ndarray").NdArray<Float32Array | Int32Array | Uint8Array>>) | null;
} = {
  evaluate: null,
};

/**
 * A tensor of a graph: shape, dtype and the call that makes it. It holds no numbers; `data()` computes them.
 *
 * @example
 * const x = input([4]);
 * x.shape; // [null, 4]
 */
export class Tensor<S extends Shape = Shape> {
  readonly shape: S;
  readonly dtype: DType;
  readonly call: Call;
  /** Which output of the call this is. */
  readonly index: number;
  /** True where a step is real, false where it is padding; travels with the tensor. */
  readonly mask: Tensor | undefined;

  constructor(shape: S, dtype: DType, call: Call, index: number, mask?: Tensor) {
    this.shape = shape;
    this.dtype = dtype;
    this.call = call;
    this.index = index;
    this.mask = mask;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The name of the input, layer or op that made it. */
  get name(): string {
    const { source, op, layer } = this.call;
    if (source)
      return source.kind === "input" ? source.name : source.kind === "weight" ? source.weight.path : "constant";
    return layer?.name ?? op?.name ?? "tensor";
  }

  /** The same place in the graph, with another mask (or none). */
  withMask(mask: Tensor | undefined): Tensor<S> {
    return new Tensor(this.shape, this.dtype, this.call, this.index, mask);
  }

  /** Computes the numbers, when every source of this tensor has some (weights, constants). */
  async data(): Promise<import("ndarray").NdArray<Float32Array | Int32Array | Uint8Array>> {
    if (!evaluation.evaluate) throw new Error("import weft before evaluating a tensor");
    return evaluation.evaluate(this as Tensor);
  }

  toString(): string {
    return `Tensor ${showShape(this.shape)} ${this.dtype} of ${this.name}`;
  }
}

/** The call's own output behind a tensor that may differ from it by its mask. */
export const originalOf = (tensor: Tensor): Tensor => tensor.call.outputs[tensor.index] as Tensor;

/** Records a call and its outputs. */
export function record(
  call: Omit<Call, "id" | "outputs">,
  outputs: readonly { shape: Shape; dtype: DType; mask?: Tensor | undefined }[],
): readonly Tensor[] {
  const part = call.part ?? presentPart();
  const made: Call = { ...call, ...(part ? { part } : {}), id: nextCallId(), outputs: [] };
  made.outputs = outputs.map(({ shape, dtype, mask }, index) => new Tensor(shape, dtype, made, index, mask));
  return made.outputs;
}

/** A tensor that stands for data given later. */
export function placeholder(shape: Shape, dtype: DType, name: string, where?: string): Tensor {
  return record({ source: { kind: "input", name }, inputs: [], attrs: null, where }, [{ shape, dtype }])[0] as Tensor;
}
