// A step's graph → everything that a run needs: program, module, and which weights, inputs, outputs and constants its buffers are.

import { elementwiseLookup } from "../catalog/ops/index.js";
import type { View } from "../graph/op.js";
import { sizeOf, stridesOf } from "../graph/shape.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import type { RowRange, Weight } from "../graph/weight.js";
import type { Value } from "../lower/lowered.js";
import { normalize } from "../lower/normalize.js";
import { makeValue, type Place, type Root, Scope, select } from "../lower/select.js";
import { shard } from "../lower/shard/index.js";
import { type Built, build } from "../plan/build.js";
import { type CompiledKernels, compileKernels } from "../run/wasm/compiled.js";
import { detectMachine } from "../run/wasm/machine.js";
import { scratchBytes, units } from "../run/wasm/module.js";
import { shardsOf } from "./weights.js";

/** A tensor wanted at the end of a step, and where. */
export interface Wanted {
  readonly tensor: Tensor;
  readonly into:
    | { readonly kind: "output"; readonly index: number }
    | { readonly kind: "weight"; readonly weight: Weight; readonly rows?: RowRange | null };
}

export interface CompileOptions {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly wanted: readonly Wanted[];
  segmentOf(weight: Weight, rows: RowRange | null): number;
}

/** The plan of a step: no memory taken, no code made yet. */
export function* planStep(options: CompileOptions): Work<Built> {
  const sharded = yield* shard(options.wanted, shardsOf);
  const tensors = yield* normalize(sharded.map(({ tensor }) => tensor));
  const memory = new Map<string, Value>();
  const whole = (value: Value, shape: readonly number[]): Place => ({
    value,
    offset: 0,
    strides: stridesOf(shape),
    steps: [],
  });
  const weightValue = (weight: Weight, rows: RowRange | null): Value => {
    const key = `${weight.tensor.call.id}:${rows?.start ?? ""}`;
    let value = memory.get(key);
    if (!value) {
      const elements = rows ? (weight.size / (weight.shape[0] as number)) * rows.count : weight.size;
      value = makeValue(weight.path, elements, weight.dtype, { kind: "weight", weight, rows });
      memory.set(key, value);
    }
    return value;
  };
  const scope = new Scope(0, (tensor) => {
    const source = tensor.call.source;
    const shape = tensor.shape as readonly number[];
    if (source?.kind === "weight") return whole(weightValue(source.weight, source.rows ?? null), shape);
    if (source?.kind === "constant")
      return whole(
        makeValue("constant", sizeOf(shape), tensor.dtype, { kind: "constant", data: source.value as View }),
        shape,
      );
    if (source?.kind === "input") throw new Error(`${tensor} is not among the inputs of step "${options.name}"`);
    return null;
  });
  options.inputs.forEach((tensor, index) => {
    const shape = tensor.shape as readonly number[];
    scope.bind(
      originalOf(tensor),
      whole(makeValue(tensor.name, sizeOf(shape), tensor.dtype, { kind: "input", index }), shape),
    );
  });
  const roots = sharded.map(({ into }, i): Root => {
    const tensor = tensors[i] as Tensor;
    const shape = tensor.shape as readonly number[];
    if (into.kind === "output") {
      return {
        tensor,
        place: whole(
          makeValue(`output ${into.index}`, sizeOf(shape), tensor.dtype, { kind: "output", index: into.index }),
          shape,
        ),
      };
    }
    const rows = into.rows ?? null;
    return { tensor, place: whole(weightValue(into.weight, rows), shape), overwrites: sharded[i]?.old };
  });
  const items = yield* select(scope, roots);
  const segmentOf = (value: Value): number =>
    value.home.kind === "weight" ? options.segmentOf(value.home.weight, value.home.rows) : 0;
  const segments = 1 + Math.max(0, ...[...memory.values()].map(segmentOf));
  return yield* build(items, { name: options.name, segments, segmentOf });
}

/** What a program runs with. */
export interface Emitted {
  readonly code: CompiledKernels;
  readonly units: readonly number[];
  readonly scratchBytes: number;
}

/** Machine code for a plan. */
export async function emit({ program: { kernels } }: Built): Promise<Emitted> {
  const machine = detectMachine();
  return {
    code: await compileKernels(kernels, machine, elementwiseLookup),
    units: kernels.map((spec) => units(spec, machine)),
    scratchBytes: Math.max(0, ...kernels.map((spec) => scratchBytes(spec, machine))),
  };
}
