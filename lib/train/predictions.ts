// Predictions of all batches, put together into one array per output.

import type { NdArray } from "ndarray";
import ndarray from "ndarray";
import type { TensorData } from "../backend/backend.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { BatchSource } from "./batches.js";
import type { Programs } from "./programs.js";
import { type Done, runBatches } from "./runner.js";
import type { Structured } from "./structure.js";
import type { AnyModel } from "./training.js";

/** Runs all batches; ndarrays [samples, …] in the form of the model's outputs. */
export async function collect(
  model: AnyModel,
  programs: Programs,
  source: BatchSource,
  signal: AbortSignal | undefined,
): Promise<Structured<NdArray<TensorData>>> {
  const pieces: TensorData[][] = model.outputs.map(() => []);
  const shapes: number[][] = [];
  const after = ({ program, memory, batches }: Done): void => {
    for (let step = 0; step < batches.length; step++) {
      program.plan.graph.outputs.forEach((tensor, index) => {
        const [rows = 1, ...inner] = tensor.shape as readonly number[];
        (pieces[index] as TensorData[]).push(ownCopy(memory.output(index, step), tensor));
        shapes[index] = [(shapes[index]?.[0] ?? 0) + rows, ...inner];
      });
    }
  };
  const batches = source.open(null);
  const stop = (): boolean => signal?.aborted ?? false;
  await runBatches({ kind: "predict", programs, compiled: null, batches, startAnew: false, after, stop });
  return model.packOutputs(pieces.map((list, i) => ndarray(joined(list), shapes[i] ?? [0])));
}

/** Results in the natural typed array; bool as bytes. */
function ownCopy(values: Float32Array | Int32Array, tensor: Tensor): TensorData {
  const size = sizeOf(tensor.shape as readonly number[]);
  return tensor.dtype === "bool" ? Uint8Array.from(values.subarray(0, size)) : values.slice(0, size);
}

function joined(list: readonly TensorData[]): TensorData {
  const first = list[0];
  if (list.length === 1 && first) return first;
  const size = list.reduce((sum, piece) => sum + piece.length, 0);
  const whole: TensorData =
    first instanceof Int32Array
      ? new Int32Array(size)
      : first instanceof Uint8Array
        ? new Uint8Array(size)
        : new Float32Array(size);
  let at = 0;
  for (const piece of list) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
