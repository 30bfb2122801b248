// Plugs the backend into the graph: reading and writing the numbers of weights, and evaluating tensors.

import ndarray from "ndarray";
import { backend } from "../backend/select.js";
import { scalar } from "../graph/call.js";
import { ShapeError, ValueError } from "../graph/errors.js";
import { callsOf } from "../graph/network.js";
import { shapesEqual, showShape } from "../graph/shape.js";
import { evaluation, Tensor } from "../graph/tensor.js";
import { inTurns, type Work } from "../graph/turns.js";
import { Weight } from "../graph/weight.js";
import { weightAccess } from "../graph/weightAccess.js";
import { bind } from "../lower/bind.js";
import { showsItself } from "../show/notebook.js";
import { toColumn } from "./column.js";

/** Numbers that fit a weight, or ShapeError. A single number does for a scalar. */
function* valuesFor(weight: Weight, value: unknown): Work<ArrayLike<number>> {
  if (weight.shape.length === 0) {
    const only =
      typeof value === "number"
        ? value
        : ((value as { data?: ArrayLike<number> }).data ?? (value as ArrayLike<number>))[0];
    if (typeof only !== "number") throw new ShapeError(`weight ${weight.path} is a single number`);
    return [only];
  }
  const column = yield* toColumn(`weight ${weight.path}`, value, (size) =>
    size === weight.size ? weight.shape : null,
  );
  if (!shapesEqual(column.shape, weight.shape)) {
    throw new ShapeError(`weight ${weight.path} has shape ${show(weight.shape)}, received ${show(column.shape)}`);
  }
  return column.flat();
}

const show = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

async function evaluate(tensor: Tensor): ReturnType<Tensor["data"]> {
  const needed = callsOf([tensor]).find((call) => call.source?.kind === "input");
  if (needed) {
    throw new ValueError(`${tensor} depends on "${needed.outputs[0]?.name}", which has no numbers`, {
      hint: "make a model from that input to this tensor, and predict with data",
    });
  }
  if (tensor.shape.includes(null)) throw new ShapeError(`${tensor} has unknown sizes ${showShape(tensor.shape)}`);
  const bound = await inTurns(bind([tensor], new Map(), { training: false, step: scalar(0, "int32"), seed: 0 }));
  const executable = await (await backend()).compile({
    name: "evaluate",
    inputs: [],
    outputs: bound.outputs,
    updates: new Map(),
  });
  const memory = executable.allocate(1);
  try {
    await executable.run(memory, 1);
    const values = memory.output(0, 0);
    return ndarray(tensor.dtype === "bool" ? Uint8Array.from(values) : values.slice(), [
      ...(tensor.shape as readonly number[]),
    ]);
  } finally {
    memory.release();
    executable.dispose();
  }
}

/** Called once, when the library is loaded. */
export function plugIn(): void {
  evaluation.evaluate = evaluate;
  showsItself(Tensor);
  showsItself(Weight);
  weightAccess.access = {
    async numbers(name, data) {
      const column = await inTurns(toColumn(name, data, () => null));
      return { shape: column.shape, data: column.flat() };
    },
    async read(weight) {
      return ndarray(await (await backend()).readWeight(weight), [...weight.shape]);
    },
    async write(weights, values) {
      // All before the first is written.
      const checked: ArrayLike<number>[] = [];
      for (const [i, weight] of weights.entries()) checked.push(await inTurns(valuesFor(weight, values[i])));
      const target = await backend();
      for (const [i, weight] of weights.entries()) await target.writeWeight(weight, checked[i] as ArrayLike<number>);
    },
  };
}
