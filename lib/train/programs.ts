// Compiled steps by kind and shapes, with the memory that batches are written to.

import type { Batches, Executable } from "../backend/backend.js";
import { backend, backendGeneration } from "../backend/select.js";
import { inTurns, type Pace, type Work } from "../graph/turns.js";
import type { Batch } from "./batches.js";
import type { Column } from "./column.js";
import type { Compiled } from "./compile.js";
import { type Feed, learningStep, predictStep, type StepKind, type StepPlan } from "./step.js";
import type { AnyModel } from "./training.js";

/** More shapes than this (sentences of many lengths) push the oldest out. */
const keptPrograms = 24;

/** A compiled step and its memory. */
export class StepProgram {
  readonly plan: StepPlan;
  readonly executable: Executable;
  /** Free pairs of hands: fit fills one while the other is computed. */
  readonly #free: Batches[] = [];
  #dropped = false;

  constructor(plan: StepPlan, executable: Executable) {
    this.plan = plan;
    this.executable = executable;
  }

  /** Memory for at least `capacity` steps. */
  acquire(capacity: number): Batches {
    const at = this.#free.findIndex((batches) => batches.capacity >= capacity);
    if (at >= 0) return this.#free.splice(at, 1)[0] as Batches;
    this.#free.pop()?.release();
    return this.executable.allocate(capacity);
  }

  release(batches: Batches): void {
    if (this.#dropped) batches.release();
    else this.#free.push(batches);
  }

  drop(): void {
    this.#dropped = true;
    for (const batches of this.#free.splice(0)) batches.release();
    this.executable.dispose();
  }
}

/** The steps of one model. */
export class Programs {
  readonly #model: AnyModel;
  readonly #made = new Map<string, Promise<StepProgram>>();
  #generation = -1;

  constructor(model: AnyModel) {
    this.#model = model;
  }

  /** The step for batches of this shape, compiled at first use. */
  async get(kind: StepKind, compiled: Compiled | null, batch: Batch, watch: boolean): Promise<StepProgram> {
    if (this.#generation !== backendGeneration()) await this.drop();
    this.#generation = backendGeneration();
    const key = `${keyOf(kind, batch)}${watch ? " watched" : ""}`;
    let program = this.#made.get(key);
    if (!program) {
      program = this.#compile(kind, compiled, feedOf(batch), watch);
      // A step that can't be compiled (no room) may be asked for again.
      program.catch(() => this.#made.delete(key));
      const oldest = this.#made.keys().next().value;
      if (this.#made.size >= keptPrograms && oldest !== undefined) {
        (await this.#made.get(oldest))?.drop();
        this.#made.delete(oldest);
      }
      this.#made.set(key, program);
    }
    return program;
  }

  async #compile(kind: StepKind, compiled: Compiled | null, feed: Feed, watch: boolean): Promise<StepProgram> {
    const plan = await inTurns(planOf(kind, this.#model, compiled, feed, watch));
    return new StepProgram(plan, await (await backend()).compile(plan.graph));
  }

  /** Forgets all steps, or those of the named kinds. */
  async drop(kinds?: readonly StepKind[]): Promise<void> {
    const gone = [...this.#made].filter(([key]) => !kinds || kinds.some((kind) => key.startsWith(kind)));
    for (const [key] of gone) this.#made.delete(key);
    for (const [, program] of gone)
      await program.then(
        (made) => made.drop(),
        () => undefined,
      );
  }
}

export function planOf(
  kind: StepKind,
  model: AnyModel,
  compiled: Compiled | null,
  feed: Feed,
  watch: boolean,
): Work<StepPlan> {
  return kind === "predict" || !compiled ? predictStep(model, feed) : learningStep(kind, model, compiled, feed, watch);
}

const inner = (column: Column | null): string => (column ? column.shape.slice(1).join("x") : "-");

/** Equal for batches that one program can compute. */
export function keyOf(kind: StepKind, { samples, count }: Batch): string {
  const { inputs, targets, weights } = samples;
  const labels = kind === "predict" ? "" : `|${targets.map(inner).join(";")}|${weights.map(inner).join(";")}`;
  return `${kind} ${count}|${inputs.map(inner).join(";")}${labels}`;
}

/** The shapes of a batch. */
export function feedOf({ samples, count }: Batch): Feed {
  const shapeOf = (column: Column | null): readonly number[] | null => column && [count, ...column.shape.slice(1)];
  return {
    inputs: samples.inputs.map((column) => shapeOf(column) as readonly number[]),
    targets: samples.targets.map(shapeOf),
    weights: samples.weights.map(shapeOf),
  };
}

/** Writes a batch into step `step`, row by row, with turns for the event loop in between. */
export async function fill(
  program: StepProgram,
  to: Batches,
  step: number,
  batch: Batch,
  isFirst: boolean,
  pace: Pace,
): Promise<void> {
  const { samples, rows, start, count } = batch;
  const { flag } = program.plan;
  const columns =
    flag < 0
      ? samples.inputs
      : [...samples.inputs, ...[...samples.targets, ...samples.weights].filter((column) => column !== null)];
  for (const [index, column] of columns.entries()) {
    let target = to.input(index, step);
    for (let i = 0; i < count; i++) {
      column.copyRow(rows ? (rows[i] as number) : start + i, target, i * column.rowSize);
      const turn = pace.did(column.rowSize);
      if (!turn) continue;
      await turn;
      // Memory may have grown meanwhile, which moves views.
      target = to.input(index, step);
    }
  }
  if (flag >= 0) to.input(flag, step)[0] = isFirst ? 1 : 0;
}
