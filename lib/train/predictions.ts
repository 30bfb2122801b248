// Predictions of all batches, put together into one array per output.

import type { NdArray } from "ndarray";
import ndarray from "ndarray";
import type { TensorData } from "../backend/backend.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { inTurns, type Work } from "../graph/turns.js";
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
  const after = async ({ program, memory, batches }: Done): Promise<void> => {
    for (let step = 0; step < batches.length; step++) {
      for (const [index, tensor] of program.plan.graph.outputs.entries()) {
        const [rows = 1, ...inner] = tensor.shape as readonly number[];
        (pieces[index] as TensorData[]).push(await inTurns(ownCopy(memory.output(index, step), tensor)));
        shapes[index] = [(shapes[index]?.[0] ?? 0) + rows, ...inner];
      }
    }
  };
  const batches = source.open(null);
  const stop = (): boolean => signal?.aborted ?? false;
  await runBatches({ kind: "predict", programs, compiled: null, batches, startAnew: false, after, stop });
  const outputs: NdArray<TensorData>[] = [];
  for (const [i, list] of pieces.entries()) outputs.push(ndarray(await inTurns(joined(list)), shapes[i] ?? [0]));
  return model.packOutputs(outputs);
}

/** Numbers copied at a stretch: 4 MB. */
const stretchElements = 2 ** 20;

/** Results in the natural typed array; bool as bytes. */
function* ownCopy(values: Float32Array | Int32Array, { shape, dtype }: Tensor): Work<TensorData> {
  const size = sizeOf(shape as readonly number[]);
  const copy: TensorData =
    dtype === "bool" ? new Uint8Array(size) : dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
  for (let start = 0; start < size; start += stretchElements) {
    copy.set(values.subarray(start, Math.min(start + stretchElements, size)), start);
    yield;
  }
  return copy;
}

function* joined(list: readonly TensorData[]): Work<TensorData> {
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
    yield;
  }
  return whole;
}
