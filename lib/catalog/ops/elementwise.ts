// How elementwise ops are made: a scalar meaning, the same in lanes, a gradient; broadcasting as NumPy has it comes from here.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { type DType, promote } from "../../graph/dtype.js";
import { ShapeError } from "../../graph/errors.js";
import type { Lane, Lanes } from "../../graph/lanes.js";
import type { Op, Sample, Spec, View } from "../../graph/op.js";
import { broadcastShapes, shapesEqual, showShape, sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";

/** Arguments of an op of up to three inputs; ops read as many as they have. */
export type Arguments<T> = readonly [T, T, T];

/** An elementwise op as its file says it. */
export interface ElementwiseDefinition<A> {
  readonly name: string;
  /** Dtype of the result; by default what the inputs promote to. */
  dtype?(inputs: readonly DType[], attrs: A): DType;
  /** The meaning on numbers; bool is 0 or 1. Runs in double precision, results are rounded when stored. */
  scalar(values: Arguments<number>, attrs: A): number;
  /** Dtype that arguments are converted to before `emit`; by default what they promote to, null leaves each its own. */
  operands?(inputs: readonly DType[]): DType | null;
  /** The meaning in lanes. */
  emit(k: Lanes, args: Arguments<Lane>, attrs: A): Lane;
  /** Gradients towards each input, of the output's shape (broadcast dimensions are summed afterwards). Absent: no gradient. */
  vjp?(grad: Tensor, inputs: Arguments<Tensor>, output: Tensor, attrs: A): readonly (Tensor | null)[];
  /** Number of inputs, for the laws. */
  readonly arity: number;
  readonly attrs?: readonly A[];
  /** Dtype of the inputs that the laws try (default float32). */
  readonly inputs?: readonly DType[];
  /** Random range by input for the laws. */
  readonly range?: readonly (readonly [number, number])[];
}

/** Makes the op. */
export function defineElementwise<A = null>(definition: ElementwiseDefinition<A>): Op<A> {
  const op: Op<A> = {
    name: definition.name,
    kind: "elementwise",
    infer(inputs, attrs) {
      let shape: readonly number[] = [];
      for (const input of inputs) {
        const joined = broadcastShapes(shape, input.shape);
        if (!joined) {
          throw new ShapeError(
            `${definition.name} can't combine shapes ${inputs.map((spec) => showShape(spec.shape)).join(" and ")}`,
            {
              hint: "sizes must be equal or 1, counted from the last dimension",
            },
          );
        }
        shape = joined;
      }
      const dtypes = inputs.map((spec) => spec.dtype);
      return [{ shape, dtype: definition.dtype ? definition.dtype(dtypes, attrs) : dtypes.reduce(promote) }];
    },
    reference(inputs, outputs, attrs) {
      const out = outputs[0] as View;
      const size = sizeOf(out.shape);
      const positions = inputs.map((input) => broadcastPositions(input.shape, out.shape));
      const values = new Array<number>(inputs.length);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < inputs.length; j++)
          values[j] = (inputs[j] as View).data[(positions[j] as (i: number) => number)(i)] as number;
        out.data[i] = definition.scalar(values as unknown as Arguments<number>, attrs);
      }
    },
    emit(k, args, attrs) {
      const dtypes = args.map((lane) => lane.dtype);
      const common = definition.operands ? definition.operands(dtypes) : dtypes.reduce(promote);
      const lanes = common ? args.map((lane) => (lane.dtype === common ? lane : k.convert(lane, common))) : args;
      return definition.emit(k, lanes as unknown as Arguments<Lane>, attrs);
    },
    *samples() {
      for (const attrs of definition.attrs ?? [null as A]) {
        const dtype = (i: number): DType => definition.inputs?.[i] ?? "float32";
        const sample = (shapes: readonly (readonly number[])[]): Sample<A> => ({
          attrs,
          inputs: Array.from(
            { length: definition.arity },
            (_, i): Spec => ({ shape: shapes[i % shapes.length] as number[], dtype: dtype(i) }),
          ),
          ...(definition.range ? { range: definition.range } : {}),
        });
        yield sample([[3, 5]]);
        yield sample([[17]]);
        if (definition.arity > 1) {
          yield sample([
            [2, 1, 4],
            [3, 1],
          ]);
          yield sample([[4], []]);
        }
      }
    },
  };
  const { vjp } = definition;
  if (vjp) {
    op.vjp = (grads, { inputs, outputs, attrs }) =>
      vjp(grads[0] as Tensor, inputs as unknown as Arguments<Tensor>, outputs[0] as Tensor, attrs);
  }
  return op;
}

/** For each flat index of `to`, the flat index in a tensor of `from` broadcast to it. */
export function broadcastPositions(from: readonly number[], to: readonly number[]): (index: number) => number {
  // Most tensors are as they should be, or a single number.
  if (shapesEqual(from, to)) return (index) => index;
  if (sizeOf(from) === 1) return () => 0;
  const own = stridesOf(from);
  const steps = to.map((_, axis) => {
    const back = axis - (to.length - from.length);
    return back >= 0 && from[back] !== 1 ? (own[back] as number) : 0;
  });
  const strides = stridesOf(to);
  return (index) => {
    let position = 0;
    for (let axis = 0; axis < to.length; axis++) {
      position += (Math.floor(index / (strides[axis] as number)) % (to[axis] as number)) * (steps[axis] as number);
    }
    return position;
  };
}

/** A unary op as a function. */
export const unary =
  (op: Op<null>) =>
  (x: TensorLike): Tensor =>
    apply(op, [toTensor(x)], null);

/** Two operands as tensors; a plain number takes the other operand's dtype where it fits. */
export function toTensors(a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const dtypeFor = (value: TensorLike, other: TensorLike): DType =>
    typeof value === "number" && Number.isInteger(value) && typeof other !== "number" && other.dtype !== "float32"
      ? "int32"
      : "float32";
  return [toTensor(a, dtypeFor(a, b)), toTensor(b, dtypeFor(b, a))];
}

/** A binary op as a function; a plain number takes the other operand's dtype where it fits. */
export const binary =
  (op: Op<null>) =>
  (a: TensorLike, b: TensorLike): Tensor =>
    apply(op, toTensors(a, b), null);

// Dtypes of results and operands.

/** Functions of real numbers. */
export const asFloat = (): DType => "float32";
/** Truths. */
export const asBool = (): DType => "bool";
/** Arithmetic: truths count as 0 and 1. */
export const asNumber = (inputs: readonly DType[]): DType => inputs.reduce(promote, "int32");
