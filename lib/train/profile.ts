// A model with a batch → where the time of a step goes, by kernel and by layer.

import type { RunTimes } from "../backend/backend.js";
import { backend } from "../backend/select.js";
import { readableBytes } from "../graph/bytes.js";
import type { Part } from "../graph/part.js";
import { inTurns, Pace } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import { showsItself } from "../show/notebook.js";
import type { Batch } from "./batches.js";
import type { Compiled } from "./compile.js";
import type { Samples } from "./data.js";
import { feedOf, fill, planOf, StepProgram } from "./programs.js";
import { positive } from "./sources.js";
import type { AnyModel } from "./training.js";

export interface ProfileOptions {
  /** Samples in the step; at most those given. Default 32. */
  readonly batchSize?: number;
  /** How often it is measured; the fastest counts, as others of the machine disturb it least. Default 10. */
  readonly repeats?: number;
}

/** One kernel, or copy, of a step. */
export interface ProfiledKernel {
  /** Sizes and ops: "32x64 dot+add+relu". */
  readonly label: string;
  /** The layer's name after those of the models around it, "loss", "metrics" or "optimizer"; of several that run as one, the main one. */
  readonly layer: string;
  readonly pass: "forward" | "backward" | "update";
  /** Of the first worker. */
  readonly milliseconds: number;
  /** How often it runs in a step. */
  readonly executions: number;
  /** Read and written by all workers, by its form. */
  readonly bytes: number;
  readonly flops: number;
}

/** What one worker did for a while. */
export interface ProfiledSpan {
  /** Which of the profile's kernels it computed; null: it waited for other workers. */
  readonly kernel: number | null;
  readonly milliseconds: number;
}

/** A layer's part of a step. */
export interface LayerTime {
  readonly layer: string;
  readonly milliseconds: number;
  /** The same by pass. */
  readonly forward: number;
  readonly backward: number;
  readonly update: number;
  readonly bytes: number;
  readonly flops: number;
}

/** Where the time of a step goes; made by `model.profile(x, y)`. */
export class ModelProfile {
  readonly name: string;
  readonly kind: "train" | "predict";
  readonly batchSize: number;
  /** Of the whole step, hand-over to the workers included. */
  readonly milliseconds: number;
  /** In the order in which they run. */
  readonly kernels: readonly ProfiledKernel[];
  /** Milliseconds for which the first worker waits for others. */
  readonly waiting: number;
  /** What each worker did, in order; what a loop repeats is added up. All go on from a wait at the same time. */
  readonly workers: readonly (readonly ProfiledSpan[])[];

  constructor(
    of: { readonly name: string; readonly kind: "train" | "predict"; readonly batchSize: number },
    measured: {
      readonly milliseconds: number;
      readonly kernels: readonly ProfiledKernel[];
      readonly workers: readonly (readonly ProfiledSpan[])[];
    },
  ) {
    this.name = of.name;
    this.kind = of.kind;
    this.batchSize = of.batchSize;
    this.milliseconds = measured.milliseconds;
    this.kernels = measured.kernels;
    this.workers = measured.workers;
    this.waiting = sum((measured.workers[0] ?? []).filter(({ kernel }) => kernel === null));
  }

  /** Milliseconds that are neither a kernel's nor waiting: handing over. */
  get overhead(): number {
    return Math.max(0, this.milliseconds - sum(this.kernels) - this.waiting);
  }

  /** Kernels added up by layer, the slowest first. */
  get layers(): readonly LayerTime[] {
    const found = new Map<string, LayerTime>();
    for (const { layer, pass, milliseconds, bytes, flops } of this.kernels) {
      const before = found.get(layer) ?? {
        layer,
        milliseconds: 0,
        forward: 0,
        backward: 0,
        update: 0,
        bytes: 0,
        flops: 0,
      };
      found.set(layer, {
        ...before,
        milliseconds: before.milliseconds + milliseconds,
        [pass]: before[pass] + milliseconds,
        bytes: before.bytes + bytes,
        flops: before.flops + flops,
      });
    }
    return [...found.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  }

  /** "Training step of "mlp": 1.24 ms for 32 samples". */
  get title(): string {
    const step = this.kind === "train" ? "Training step" : "Prediction step";
    return `${step} of "${this.name}": ${this.milliseconds.toPrecision(3)} ms for ${this.batchSize} samples`;
  }

  /** A table: milliseconds, share and bytes by layer. */
  toString(): string {
    const rows = this.layers.map(({ layer, milliseconds, bytes }) => [layer, milliseconds, bytes] as const);
    const all = [...rows, ["waiting for workers", this.waiting, 0], ["handing over", this.overhead, 0]] as const;
    const width = Math.max(...all.map(([name]) => name.length));
    const lines = all.map(([name, milliseconds, bytes]) => {
      const share = this.milliseconds > 0 ? (100 * milliseconds) / this.milliseconds : 0;
      const moved = bytes > 0 ? readableBytes(bytes).padStart(12) : "";
      return `  ${name.padEnd(width)} ${milliseconds.toFixed(3).padStart(9)} ms ${share.toFixed(1).padStart(5)} %${moved}`;
    });
    if (this.workers.length > 1) lines.push(`  ${this.#busy()}`);
    return [this.title, ...lines].join("\n");
  }

  /** "2 workers compute 93 % and 88 % of the time". */
  #busy(): string {
    const shares = this.workers.map((spans) => {
      const own = sum(spans.filter(({ kernel }) => kernel !== null));
      return `${this.milliseconds > 0 ? Math.round((100 * own) / this.milliseconds) : 0} %`;
    });
    return `${shares.length} workers compute ${shares.slice(0, -1).join(", ")} and ${shares.at(-1)} of the time`;
  }
}

const sum = (parts: readonly { readonly milliseconds: number }[]): number =>
  parts.reduce((all, { milliseconds }) => all + milliseconds, 0);

showsItself(ModelProfile);

/** Runs a step several times, and puts `lasting` back to what it was. `compiled` null: a step of predicting. */
export async function profileStep(
  model: AnyModel,
  compiled: Compiled | null,
  samples: Samples,
  lasting: readonly Weight[],
  options: ProfileOptions,
): Promise<ModelProfile> {
  const count = Math.min(samples.length, positive("batchSize", options.batchSize ?? 32));
  const repeats = positive("repeats", options.repeats ?? 10);
  const kind = compiled ? "train" : "predict";
  const batch: Batch = { samples, rows: null, start: 0, count };
  const plan = await inTurns(planOf(kind, model, compiled, feedOf(batch), false));
  const engine = await backend();
  const program = new StepProgram(plan, await engine.compile(plan.graph));
  const changed = lasting.filter((weight) => plan.graph.updates.has(weight));
  const before = new Map<Weight, ArrayLike<number>>();
  for (const weight of changed) before.set(weight, (await engine.readWeight(weight)).slice());
  try {
    const memory = program.acquire(1);
    await fill(program, memory, 0, batch, true, new Pace());
    // The first runs make weights and warm caches.
    await program.executable.run(memory, 1);
    await program.executable.run(memory, 1);
    const runs: RunTimes[] = [];
    for (let i = 0; i < repeats; i++) runs.push(await program.executable.profile(memory, 1));
    program.release(memory);
    return new ModelProfile({ name: model.name, kind, batchSize: count }, fastest(runs));
  } finally {
    for (const [weight, numbers] of before) await engine.writeWeight(weight, numbers);
    program.drop();
  }
}

const nobody: Part = { place: "other", pass: "forward" };

/** The fastest run, whole: the best of each kernel wouldn't add up to any step that has been. */
function fastest(runs: readonly RunTimes[]): {
  milliseconds: number;
  kernels: ProfiledKernel[];
  workers: ProfiledSpan[][];
} {
  const { milliseconds, steps } = runs.reduce((best, run) => (run.milliseconds < best.milliseconds ? run : best));
  const kernels = steps
    .filter(({ kind }) => kind === "call" || kind === "copy")
    .map(({ label, part, milliseconds: own, executions, bytes, flops }): ProfiledKernel => {
      const { place, pass } = part ?? nobody;
      const many = { bytes: bytes * executions, flops: flops * executions };
      return { label, layer: place, pass, milliseconds: own, executions, ...many };
    });
  return { milliseconds, kernels, workers: spansOf(steps) };
}

function spansOf(steps: RunTimes["steps"]): ProfiledSpan[][] {
  const workers: ProfiledSpan[][] = (steps[0]?.byWorker ?? []).map(() => []);
  let kernel = 0;
  for (const { kind, byWorker } of steps) {
    // Its body's steps follow.
    if (kind === "repeat") continue;
    const one = kind === "barrier" ? null : kernel++;
    byWorker.forEach((milliseconds, worker) => {
      // Not every worker has a share of every kernel.
      if (one === null || milliseconds > 0) workers[worker]?.push({ kernel: one, milliseconds });
    });
  }
  return workers;
}
