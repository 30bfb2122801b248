// Walking and replaying recorded graphs. Shared layers, nested models, batch binding and cloning are all one thing: the same
// calls again, with other tensors at the leaves.

import { type Call, originalOf, type Tensor } from "./tensor.js";

/** Every call that `outputs` need, inputs before users. Stops at `leaves`. */
export function callsOf(outputs: readonly Tensor[], leaves: Pick<ReadonlySet<Tensor>, "has"> = new Set()): Call[] {
  const seen = new Set<Call>();
  const found: Call[] = [];
  const stack = [...outputs];
  while (stack.length > 0) {
    const tensor = stack.pop() as Tensor;
    if (leaves.has(originalOf(tensor)) || seen.has(tensor.call)) continue;
    seen.add(tensor.call);
    found.push(tensor.call);
    for (const input of tensor.call.inputs) stack.push(input);
  }
  // Inputs are always created before their users, so creation order is a topological order.
  return found.sort((a, b) => a.id - b.id);
}

/** Replays `outputs` with `substitution` at the leaves; `redo` makes a call again on replaced inputs. */
export function replay(
  outputs: readonly Tensor[],
  substitution: ReadonlyMap<Tensor, Tensor>,
  redo: (call: Call, inputs: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  const values = new Map<Tensor, Tensor>(substitution);
  const replaced = (tensor: Tensor): Tensor => {
    const value = values.get(originalOf(tensor));
    if (!value) throw new Error(`replay: ${tensor} has no value`);
    return value;
  };
  for (const call of callsOf(outputs, substitution)) {
    const made = call.source ? call.outputs : redo(call, call.inputs.map(replaced));
    call.outputs.forEach((output, i) => {
      values.set(output, made[i] as Tensor);
    });
  }
  return outputs.map(replaced);
}
