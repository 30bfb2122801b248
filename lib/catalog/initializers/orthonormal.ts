// Orthonormal matrices out of random draws, in double precision. Large ones are made on a thread of their own, which lives while there
// are some to make.

import { Worker } from "node:worker_threads";
import { evaluateReference } from "../../graph/reference.js";
import { randomNormal } from "../ops/random.js";

/** A matrix [rows, columns] whose columns (or rows, if those are fewer) are orthogonal, of length `gain`. */
export interface OrthonormalRequest {
  readonly rows: number;
  readonly columns: number;
  readonly seed: number;
  readonly gain: number;
}

/** Multiplications that this thread may do by itself: a few milliseconds' worth. */
const smallMultiplications = 2 ** 20;

/** The matrix, row-major, at once. */
export function orthonormal({ rows, columns, seed, gain }: OrthonormalRequest): Float32Array {
  const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
  const [draws] = evaluateReference([randomNormal([short, long], { seed })], new Map(), 64);
  const vectors = Array.from({ length: short }, (_, i) =>
    Float64Array.from((draws as { data: Float64Array }).data.subarray(i * long, (i + 1) * long)),
  );
  orthonormalize(vectors);
  const data = new Float32Array(rows * columns);
  vectors.forEach((vector, i) => {
    vector.forEach((value, j) => {
      data[rows >= columns ? j * columns + i : i * columns + j] = value * gain;
    });
  });
  return data;
}

/** Gram and Schmidt's method, twice over: once more is enough for full precision. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = vectors[j] as Float64Array;
        let dot = 0;
        for (let k = 0; k < vector.length; k++) dot += (vector[k] as number) * (other[k] as number);
        for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] as number) - dot * (other[k] as number);
      }
    }
    let norm = 0;
    for (const value of vector) norm += value * value;
    norm = Math.sqrt(norm);
    for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] as number) / norm;
  });
}

/** The same matrix, without keeping this thread. */
export async function orthonormalElsewhere(request: OrthonormalRequest): Promise<Float32Array> {
  const { rows, columns } = request;
  const multiplications = 2 * rows * columns * Math.min(rows, columns);
  return multiplications <= smallMultiplications ? orthonormal(request) : ask(request);
}

interface Asker {
  readonly resolve: (data: Float32Array) => void;
  readonly reject: (reason: unknown) => void;
}

/** The thread, and who waits for its answers, which come in the order of the requests. */
let helper: { readonly thread: Worker; readonly askers: Asker[] } | null = null;

function ask(request: OrthonormalRequest): Promise<Float32Array> {
  const { thread, askers } = helper ?? start();
  thread.postMessage(request);
  return new Promise((resolve, reject) => askers.push({ resolve, reject }));
}

function start(): NonNullable<typeof helper> {
  // The options of the main thread may not suit a file (--input-type refuses it).
  const thread = new Worker(new URL("./orthonormalWorker.js", import.meta.url), {
    name: "weft initializer",
    execArgv: [],
  });
  const own = { thread, askers: [] as Asker[] };
  const end = (reason: unknown): void => {
    if (helper === own) helper = null;
    void thread.terminate();
    for (const { reject } of own.askers.splice(0)) reject(reason);
  };
  thread.on("message", (data: Float32Array) => {
    own.askers.shift()?.resolve(data);
    if (own.askers.length === 0) end(null);
  });
  thread.on("error", end);
  thread.on("exit", (code) => end(new Error(`the thread that makes orthogonal matrices ended with code ${code}`)));
  helper = own;
  return own;
}
