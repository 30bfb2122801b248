// Sums over a loop's steps, taken out of the loop: a product per step becomes one large product over all steps.

import { apply } from "../../graph/call.js";
import { originalOf, type Tensor } from "../../graph/tensor.js";
import { add, addOp } from "./add.js";
import { type DotAttrs, dotOp } from "./dot.js";
import { sum } from "./reduce.js";
import { reshape, reshapeOp } from "./reshape.js";
import { transpose, transposeOp } from "./transpose.js";

/** Which values exist once per step, stacked, and a place for more of them. */
export interface Stacker {
  readonly perStep: ReadonlyMap<Tensor, Tensor>;
  /** Asks for `tensor` to be stacked by the loop; its number among the stacks. */
  placeOf(tensor: Tensor): number;
}

/** Makes the sum from the loop's stacks, after the loop is recorded. */
export type Finish = (stacks: readonly Tensor[]) => Tensor;

/** How to get Σ over all steps of `tensor`, a value of one step, with as little as possible inside of the loop. */
export function hoistSum(tensor: Tensor, stacker: Stacker): Finish {
  const key = originalOf(tensor);
  const { op, inputs, attrs } = key.call;
  const [a, b] = inputs;
  if (op?.name === dotOp.name) {
    const dot = attrs as DotAttrs;
    if (dot.batchA.length === 0) {
      const left = sequence(a as Tensor, stacker);
      const right = sequence(b as Tensor, stacker);
      const shift = (axes: readonly number[]): number[] => [0, ...axes.map((axis) => axis + 1)];
      return (stacks) =>
        apply(dotOp, [left(stacks), right(stacks)], {
          batchA: [],
          batchB: [],
          contractA: shift(dot.contractA),
          contractB: shift(dot.contractB),
        });
    }
  }
  if (op?.name === transposeOp.name) {
    const inner = hoistSum(a as Tensor, stacker);
    return (stacks) => transpose(inner(stacks), (attrs as { axes: number[] }).axes);
  }
  if (op?.name === reshapeOp.name) {
    const inner = hoistSum(a as Tensor, stacker);
    return (stacks) => reshape(inner(stacks), key.shape as readonly number[]);
  }
  if (
    op?.name === addOp.name &&
    [a, b].every((input) => input?.shape.length === key.rank && input.shape.every((size, i) => size === key.shape[i]))
  ) {
    const terms = [hoistSum(a as Tensor, stacker), hoistSum(b as Tensor, stacker)] as const;
    return (stacks) => add(terms[0](stacks), terms[1](stacks));
  }
  if (op?.name === "reduceSum") {
    const { axes, keepdims } = attrs as { axes: readonly number[]; keepdims: boolean };
    const whole = sequence(a as Tensor, stacker);
    return (stacks) => {
      const total = sum(whole(stacks), { axis: [0, ...axes.map((axis) => axis + 1)] });
      return keepdims ? reshape(total, key.shape as readonly number[]) : total;
    };
  }
  const whole = sequence(tensor, stacker);
  return (stacks) => sum(whole(stacks), { axis: 0 });
}

/** All steps' values of `tensor`, stacked: known already, or asked of the loop. */
function sequence(tensor: Tensor, stacker: Stacker): Finish {
  const key = originalOf(tensor);
  const known = stacker.perStep.get(key);
  if (known) return () => known;
  if (key.call.op?.name === transposeOp.name) {
    const inner = sequence(key.call.inputs[0] as Tensor, stacker);
    const { axes } = key.call.attrs as { axes: readonly number[] };
    return (stacks) => transpose(inner(stacks), [0, ...axes.map((axis) => axis + 1)]);
  }
  const place = stacker.placeOf(key);
  return (stacks) => stacks[place] as Tensor;
}
