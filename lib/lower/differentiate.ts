// Reverse-mode differentiation: graph in, graph out. Every op brings its own rule; here they are only chained and added up.

import { add } from "../catalog/ops/add.js";
import { sumTo } from "../catalog/ops/broadcastTo.js";
import { callsOf } from "../graph/network.js";
import { within } from "../graph/part.js";
import { originalOf, record, type Tensor } from "../graph/tensor.js";
import { atOnce, type Work } from "../graph/turns.js";

/** Gradients towards `wrt`, and values that are to be computed in another way because a gradient needs more of them. */
export interface Gradients {
  readonly gradients: readonly (Tensor | null)[];
  readonly replacements: ReadonlyMap<Tensor, Tensor>;
}

/** Σ grads·∂outputs/∂wrt; null where nothing depends on a `wrt`. */
export function* differentiate(
  outputs: readonly Tensor[],
  grads: readonly (Tensor | null)[],
  wrt: readonly Tensor[],
): Work<Gradients> {
  const replacements = new Map<Tensor, Tensor>();
  const gradients = yield* reverse(outputs, grads, wrt, replacements);
  return { gradients, replacements };
}

/** `outputs` with every replaced value computed in its new way; calls that nothing changes for stay themselves. */
export function withReplacements(outputs: readonly Tensor[], { replacements }: Gradients): Tensor[] {
  if (replacements.size === 0) return [...outputs];
  const done = new Map<Tensor, Tensor>();
  // Depth first with a stack of its own: a replacement is recorded later than its users, so creation order is no help.
  const stack = [...outputs].map(originalOf);
  while (stack.length > 0) {
    const tensor = stack.at(-1) as Tensor;
    const after = replacements.get(tensor);
    const needs = (after ? [originalOf(after)] : tensor.call.inputs.map(originalOf)).filter(
      (input) => !done.has(input),
    );
    if (needs.length > 0 && !done.has(tensor)) {
      stack.push(...needs);
      continue;
    }
    stack.pop();
    if (done.has(tensor)) continue;
    if (after) {
      done.set(tensor, done.get(originalOf(after)) as Tensor);
      continue;
    }
    const { call } = tensor;
    const inputs = call.inputs.map((input) => done.get(originalOf(input)) as Tensor);
    const same = inputs.every((input, i) => input === originalOf(call.inputs[i] as Tensor));
    const made = same ? call.outputs : record({ ...call, inputs }, call.outputs);
    call.outputs.forEach((output, i) => {
      // A replaced output of this call keeps its replacement.
      if (!replacements.has(output)) done.set(output, made[i] as Tensor);
    });
  }
  return outputs.map((tensor) => done.get(originalOf(tensor)) as Tensor);
}

function* reverse(
  outputs: readonly Tensor[],
  grads: readonly (Tensor | null)[],
  wrt: readonly Tensor[],
  replacements: Map<Tensor, Tensor>,
): Work<(Tensor | null)[]> {
  const targets = new Set(wrt.map(originalOf));
  const calls = callsOf(outputs, targets);
  // Only what depends on a target gets a gradient.
  const needed = new Set<Tensor>(targets);
  for (const call of calls) {
    if (call.inputs.some((input) => needed.has(originalOf(input))))
      for (const output of call.outputs) needed.add(output);
  }
  const sums = new Map<Tensor, Tensor>();
  const contribute = (tensor: Tensor, grad: Tensor): void => {
    const key = originalOf(tensor);
    const before = sums.get(key);
    sums.set(key, before ? add(before, grad) : grad);
  };
  outputs.forEach((output, i) => {
    const grad = grads[i];
    if (grad && needed.has(originalOf(output))) contribute(output, grad);
  });
  for (const call of calls.reverse()) {
    const own = call.outputs.map((output) => sums.get(output) ?? null);
    if (
      !call.op?.vjp ||
      own.every((grad) => grad === null) ||
      !call.inputs.some((input) => needed.has(originalOf(input)))
    )
      continue;
    const { vjp } = call.op;
    within(call.part && { ...call.part, pass: "backward" }, () => {
      const toInputs = vjp(own, {
        inputs: call.inputs,
        outputs: call.outputs,
        attrs: call.attrs,
        gradients: (inner, innerGrads, innerWrt) => atOnce(reverse(inner, innerGrads, innerWrt, replacements)),
        replace: (before, after) => replacements.set(originalOf(before), after),
      });
      call.inputs.forEach((input, i) => {
        const grad = toInputs[i];
        // A rule gives gradients of the output's shape; what was broadcast on the way in is summed on the way back.
        if (grad && needed.has(originalOf(input)) && input.dtype === "float32")
          contribute(input, sumTo(grad, input.shape as readonly number[]));
      });
    });
    yield;
  }
  return wrt.map((tensor) => sums.get(originalOf(tensor)) ?? null);
}
