// The ops as users call them. A call on tensors whose sizes aren't all known is recorded as it was written, and written out in simpler
// ops once data says the sizes; on known sizes it is written out at once.

import { isConcrete, recordOp } from "../../graph/call.js";
import type { Op } from "../../graph/op.js";
import { placeholder, Tensor } from "../../graph/tensor.js";
import { Weight } from "../../graph/weight.js";
import * as everything from "./index.js";

/** What the index holds besides functions for users. */
type Internal = "allOps" | "elementwiseOps" | "elementwiseLookup";
const internal: readonly string[] = ["allOps", "elementwiseOps", "elementwiseLookup"] satisfies Internal[];

/** Stands for the call's input of this number among the arguments. */
export class InputAt {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

/** Attributes of a recorded call: what the user wrote, with `InputAt` in the place of tensors. */
export interface WrittenCall {
  readonly args: readonly unknown[];
}

type OpFunction = (...args: readonly never[]) => unknown;
type Replace = (value: unknown) => unknown;

/** Arguments with every tensor replaced, also in lists and options. */
function mapArguments(value: unknown, replace: Replace): unknown {
  if (value instanceof Tensor || value instanceof Weight || value instanceof InputAt) return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapArguments(item, replace));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapArguments(item, replace)]));
}

/** Whether data has yet to say its sizes, or those of what it is made of. */
const isInModel = (tensor: Tensor): boolean => !isConcrete(tensor) || tensor.call.op?.compose !== undefined;

function recorded(name: string, write: OpFunction): OpFunction {
  return (...args) => {
    const inputs: Tensor[] = [];
    const template = args.map((argument) =>
      mapArguments(argument, (value) => {
        inputs.push(value instanceof Weight ? value.tensor : (value as Tensor));
        return new InputAt(inputs.length - 1);
      }),
    );
    if (!inputs.some(isInModel) || args.some((argument) => typeof argument === "function")) return write(...args);
    let single = true;
    const compose = (tensors: readonly Tensor[], attrs: WrittenCall): readonly Tensor[] => {
      const own = attrs.args.map((item) => mapArguments(item, (at) => tensors[(at as InputAt).index]));
      const made = write(...(own as never[])) as Tensor | Tensor[];
      single = !Array.isArray(made);
      return Array.isArray(made) ? made : [made];
    };
    const op: Op<WrittenCall> = {
      name,
      kind: "opaque",
      compose,
      infer: (specs, attrs) =>
        compose(
          specs.map(({ shape, dtype }) => placeholder(shape, dtype, name)),
          attrs,
        ).map((tensor) => ({ shape: tensor.shape as readonly number[], dtype: tensor.dtype })),
      reference() {
        throw new Error(`${name} is written out in simpler ops before it runs`);
      },
      *samples() {},
    };
    const made = recordOp(op, inputs, { args: template });
    return single ? made[0] : made;
  };
}

/**
 * Functions of tensors: what layers, losses and metrics are made of, and what a model may use without a layer. Names follow Keras's
 * `keras.ops`. Source: https://keras.io/api/ops/
 *
 * @example
 * const x = input([4]);
 * const power = model({ inputs: x, outputs: ops.mean(ops.square(x), { axis: -1, keepdims: true }) });
 * await power.predict([[1, 2, 3, 4]]); // [[7.5]]
 */
export const ops: Omit<typeof everything, Internal> = Object.fromEntries(
  Object.entries(everything)
    .filter(([name]) => !internal.includes(name))
    .map(([name, write]) => [name, recorded(name, write as unknown as OpFunction)]),
) as unknown as Omit<typeof everything, Internal>;
