// A scan becomes a loop: its carries live in memory of their own, sequences are walked by moving pointers.

import type { ScanAttrs } from "../catalog/ops/scan.js";
import { sizeOf, stridesOf } from "../graph/shape.js";
import type { Call, Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import type { Item } from "./lowered.js";
import { normalize } from "./normalize.js";
import { makeValue, type Place, type Root, Scope, select } from "./select.js";

/** First carries into place, the loop, and the outputs of the call bound to where they ended up. */
export function* lowerLoop(scope: Scope, call: Call): Work<Item[]> {
  const { body, length, reverse } = call.attrs as ScanAttrs;
  const carryCount = body.carries.length;
  const depth = scope.depth;
  const moving = (at: Place, step: number): number[] => [
    ...Array.from({ length: depth }, (_, i) => at.steps[i] ?? 0),
    step,
  ];
  const direction = reverse ? -1 : 1;
  const start = reverse ? length - 1 : 0;
  const inner = new Scope(depth + 1, () => null);
  const items: Item[] = [];
  const carries = body.carries.map((carry, i): Place => {
    const shape = carry.shape as readonly number[];
    // The last carry is the call's output: same memory.
    const at: Place = {
      value: makeValue(`carry ${carry.name}`, sizeOf(shape), carry.dtype),
      offset: 0,
      strides: stridesOf(shape),
      steps: [],
    };
    scope.places.set(call.outputs[i] as Tensor, at);
    inner.bind(carry, at);
    return at;
  });
  items.push(
    ...(yield* select(
      scope,
      carries.map((place, i) => ({ tensor: call.inputs[i] as Tensor, place })),
    )),
  );
  body.slices.forEach((piece, i) => {
    const at = scope.locate(call.inputs[carryCount + i] as Tensor);
    const stride = at.strides[0] as number;
    inner.bind(piece, {
      value: at.value,
      offset: at.offset + start * stride,
      strides: at.strides.slice(1),
      steps: moving(at, direction * stride),
    });
  });
  body.constants.forEach((constant, i) => {
    const at = scope.locate(call.inputs[carryCount + body.slices.length + i] as Tensor);
    inner.bind(constant, at);
  });
  const wanted = yield* normalize([...body.nextCarries, ...body.stacked], inner.leafLayouts);
  const roots: Root[] = carries.map((place, i) => ({
    tensor: wanted[i] as Tensor,
    place,
    overwrites: body.carries[i] as Tensor,
  }));
  body.stacked.forEach((_, i) => {
    const at = scope.locate(call.outputs[carryCount + i] as Tensor);
    const stride = at.strides[0] as number;
    roots.push({
      tensor: wanted[carryCount + i] as Tensor,
      place: {
        value: at.value,
        offset: at.offset + start * stride,
        strides: at.strides.slice(1),
        steps: moving(at, direction * stride),
      },
    });
  });
  items.push({ kind: "loop", count: length, items: yield* select(inner, roots), label: `scan x${length}` });
  return items;
}
