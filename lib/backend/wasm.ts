// The WebAssembly backend: compiles steps, keeps weights in the shared heap and runs programs on the worker pool.

import { freemem } from "node:os";
import { readableBytes } from "../graph/bytes.js";
import { MemoryError } from "../graph/errors.js";
import { sizeOf } from "../graph/shape.js";
import { inTurns, type Work } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import type { Value } from "../lower/lowered.js";
import type { Built } from "../plan/build.js";
import { collectGarbage } from "../run/wasm/collect.js";
import type { Block } from "../run/wasm/heap.js";
import { type ExternalAddress, type LoadedProgram, Pool, type RunProfile } from "../run/wasm/pool.js";
import type { Backend, Executable, StepGraph } from "./backend.js";
import { emit, planStep, type Wanted } from "./compile.js";
import { WasmExecutable, weightsOf } from "./executable.js";
import { MemoryReport } from "./memoryReport.js";
import { WeightStore } from "./weights.js";

/** Compiled steps between two collections of garbage. */
const collectAfter = 100;

export interface WasmOptions {
  readonly threads?: number;
}

export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly #pool: Pool;
  readonly #weights: WeightStore;
  /** By segment: all programs share it. */
  readonly #arenas: (Block | null)[] = [];
  #compiled = 0;
  /** Settles when all weights that anyone asked for have their numbers. */
  #initialized: Promise<void> = Promise.resolve();
  /** What initializers are making elsewhere, or have made. */
  readonly #numbers: WeakMap<Weight, Promise<ArrayLike<number>>> = new WeakMap();
  /** Workers forget the programs of steps that nobody can run any more. */
  readonly #forgotten: FinalizationRegistry<LoadedProgram> = new FinalizationRegistry((loaded) => {
    this.#pool.unload(loaded);
  });

  constructor(options: WasmOptions = {}) {
    this.#pool = new Pool(options.threads === undefined ? {} : { threads: options.threads });
    this.#weights = new WeightStore(this.#pool.heap);
  }

  get threads(): number {
    return this.#pool.threads;
  }

  async memory(graph: StepGraph): Promise<MemoryReport> {
    return reportOf(graph, await inTurns(this.#plan(graph)));
  }

  async compile(graph: StepGraph): Promise<Executable> {
    const built = await inTurns(this.#plan(graph));
    this.#checkRoom(graph, built);
    for (const weight of weightsOf(built)) if (!this.#weights.isReady(weight)) this.#numbersFor(weight);
    // Modules weigh far more than the engine can see: without this, dropped models would pile up.
    if (++this.#compiled % collectAfter === 0) collectGarbage();
    const loaded = await this.#load(built);
    const executable = new WasmExecutable(this, graph, built, loaded);
    this.#forgotten.register(executable, loaded);
    return executable;
  }

  async readWeight(weight: Weight, start?: number, end?: number): Promise<Float32Array | Int32Array> {
    await this.initialize([weight]);
    // Not while a run changes them.
    return this.#pool.exclusive(() => inTurns(this.#weights.read(weight, start, end)));
  }

  async writeWeight(weight: Weight, data: ArrayLike<number>, start = 0): Promise<void> {
    await this.#initialized;
    await this.#room(this.#weights.missingBytes(weight));
    await this.#pool.exclusive(() => inTurns(this.#weights.write(weight, data, start)));
  }

  async dispose(): Promise<void> {
    await this.#pool.dispose();
  }

  /** Makes the numbers of those weights that have none yet. */
  async initialize(weights: readonly Weight[]): Promise<void> {
    if (weights.every((weight) => this.#weights.isReady(weight))) return;
    // One after the other: else a second maker could begin before, and end after, the first training step.
    const made = this.#initialized.then(() => this.#initialize(weights));
    this.#initialized = made.catch(() => undefined);
    await made;
  }

  async #initialize(weights: readonly Weight[]): Promise<void> {
    const missing = weights.filter((weight) => !this.#weights.isReady(weight));
    if (missing.length === 0) return;
    await this.#room(missing.reduce((sum, weight) => sum + this.#weights.missingBytes(weight), 0));
    const wanted: Wanted[] = [];
    for (const weight of missing) {
      const numbers = this.#numbersFor(weight);
      if (numbers) {
        await inTurns(this.#weights.write(weight, await numbers));
        continue;
      }
      const pieces = this.#weights.pieces(weight);
      // Fresh memory is zero; not touching it matters for gigabytes of optimizer slots.
      if (weight.initializer.className !== "Zeros") {
        for (const { rows } of pieces) {
          wanted.push({
            tensor: weight.initializer.build(weight.shape, weight.dtype, weight.seed, rows ?? undefined),
            into: { kind: "weight", weight, rows },
          });
        }
      }
    }
    if (wanted.length > 0) {
      const built = await inTurns(
        planStep({
          name: "initialize",
          inputs: [],
          wanted,
          segmentOf: (weight, rows) => this.#weights.segmentOf(weight, rows),
        }),
      );
      const loaded = await this.#load(built);
      const constants = this.uploadConstants(built);
      await this.#pool.exclusive(async (turn) => {
        this.#bind(loaded, built, (value) => this.#address(value, constants));
        await turn.run(loaded);
      });
      this.#pool.unload(loaded);
      for (const block of constants.values()) this.#pool.heap.free(block);
    }
    for (const weight of missing) {
      this.#weights.markReady(weight);
      this.#numbers.delete(weight);
    }
  }

  /** Numbers that the weight's initializer makes elsewhere; null where it says them in a graph. */
  #numbersFor(weight: Weight): Promise<ArrayLike<number>> | null {
    const { initializer, shape, seed } = weight;
    if (!initializer.numbers) return null;
    let numbers = this.#numbers.get(weight);
    if (!numbers) {
      numbers = initializer.numbers(shape, seed);
      // Awaited later, if at all: until then a failure must not count as unhandled.
      numbers.catch(() => undefined);
      this.#numbers.set(weight, numbers);
    }
    return numbers;
  }

  uploadConstants(built: Built): Map<Value, Block> {
    const blocks = new Map<Value, Block>();
    for (const value of built.externals.values()) {
      if (value.home.kind !== "constant") continue;
      const block = this.#pool.heap.allocate(value.elements * 4);
      const view = value.dtype === "float32" ? this.#pool.heap.float32(block) : this.#pool.heap.int32(block);
      view.set(value.home.data.data);
      blocks.set(value, block);
    }
    return blocks;
  }

  /** Runs a program for an executable, as a turn of its own. */
  async execute(
    loaded: LoadedProgram,
    built: Built,
    steps: number,
    addressOf: (value: Value) => ExternalAddress | null,
    constants: ReadonlyMap<Value, Block>,
    profile = false,
  ): Promise<RunProfile | undefined> {
    return this.#pool.exclusive(async (turn) => {
      this.#bind(loaded, built, (value) => addressOf(value) ?? this.#address(value, constants));
      return turn.run(loaded, steps, { profile });
    });
  }

  allocate(bytes: number): Block {
    return this.#pool.heap.allocate(bytes, { segment: 0 });
  }

  free(block: Block): void {
    this.#pool.heap.free(block);
  }

  view(block: Block, dtype: "float32" | "int32" | "bool"): Float32Array | Int32Array {
    return dtype === "float32" ? this.#pool.heap.float32(block) : this.#pool.heap.int32(block);
  }

  releaseWithOwner(owner: object, blocks: readonly Block[]): void {
    this.#pool.heap.releaseWhenCollected(owner, blocks);
  }

  unload(loaded: LoadedProgram): void {
    this.#pool.unload(loaded);
  }

  async #load(built: Built): Promise<LoadedProgram> {
    const { code, units, scratchBytes } = await emit(built);
    return this.#pool.load(built.program, code, units, scratchBytes);
  }

  #plan(graph: StepGraph): Work<Built> {
    const wanted: Wanted[] = graph.outputs.map((tensor, index) => ({ tensor, into: { kind: "output", index } }));
    for (const [weight, tensor] of graph.updates) {
      if (tensor !== weight.tensor) wanted.push({ tensor, into: { kind: "weight", weight } });
    }
    return planStep({
      name: graph.name,
      inputs: graph.inputs,
      wanted,
      segmentOf: (weight, rows) => this.#weights.segmentOf(weight, rows),
    });
  }

  #address(value: Value, constants: ReadonlyMap<Value, Block>): ExternalAddress {
    if (value.home.kind === "weight") return this.#weights.block(value.home.weight, value.home.rows);
    const block = constants.get(value);
    if (!block) throw new Error(`buffer ${value.name} has no memory`);
    return block;
  }

  #bind(loaded: LoadedProgram, built: Built, addressOf: (value: Value) => ExternalAddress): void {
    const { program, externals } = built;
    program.arenaBytes.forEach((bytes, segment) => {
      this.#growArena(segment, bytes);
    });
    const arenas = program.arenaBytes.map((_, segment) => this.#arenas[segment] ?? { segment, byteOffset: 0 });
    const list = program.buffers.flatMap((buffer, i) =>
      buffer.home === "external" ? [addressOf(externals.get(i) as Value)] : [],
    );
    this.#pool.bind(loaded, list, arenas);
  }

  #growArena(segment: number, bytes: number): void {
    const present = this.#arenas[segment];
    if (bytes === 0 || (present && present.bytes >= bytes)) return;
    if (present) this.#pool.heap.free(present);
    this.#arenas[segment] = this.#pool.heap.allocate(bytes, { segment });
  }

  async #room(bytes: number): Promise<void> {
    if (this.#pool.heap.needsReclaim(bytes)) await this.#pool.heap.reclaim();
  }

  /** Throws before any memory is taken if the step can't fit. */
  #checkRoom(graph: StepGraph, built: Built): void {
    const weights = weightsOf(built);
    const missing = [...weights].reduce((sum, weight) => sum + this.#weights.missingBytes(weight), 0);
    const arena = built.program.arenaBytes.reduce(
      (sum, bytes, segment) => sum + Math.max(0, bytes - (this.#arenas[segment]?.bytes ?? 0)),
      0,
    );
    const available = availableBytes();
    const report = reportOf(graph, built);
    const tooLong = built.program.arenaBytes.some((bytes) => bytes > 2 ** 32 - 2 ** 20);
    if (missing + arena <= available && !tooLong) return;
    throw new MemoryError(
      `step "${graph.name}" needs ${readableBytes(missing + arena)} more, ${readableBytes(available)} are free`,
      {
        notes: report.lines,
        hint:
          report.activationBytes > report.weightBytes
            ? "use a smaller batchSize"
            : "use smaller layers, or an optimizer with fewer slots (sgd)",
      },
    );
  }
}

function availableBytes(): number {
  const limit = Number(process.env["WEFT_MEMORY_LIMIT"] ?? "");
  if (limit > 0) return limit;
  const { availableMemory } = process as { availableMemory?: () => number };
  return availableMemory?.() ?? freemem();
}

function reportOf(graph: StepGraph, built: Built): MemoryReport {
  let weightBytes = 0;
  let stateBytes = 0;
  for (const weight of weightsOf(built)) {
    // Slots and counters belong to no layer: their graphs have no gradient.
    if (weight.path.includes("/") && weight.trainable) weightBytes += weight.size * 4;
    else stateBytes += weight.size * 4;
  }
  const feeds = [...graph.inputs, ...graph.outputs].reduce(
    (sum, tensor) => sum + 4 * sizeOf(tensor.shape as readonly number[]),
    0,
  );
  const activationBytes = built.program.arenaBytes.reduce((sum, bytes) => sum + bytes, 0) + feeds;
  return new MemoryReport(weightBytes, stateBytes, activationBytes);
}
