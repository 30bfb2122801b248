// From what was said to what it means for one batch size and one mode: layers are replaced by their ops. The last file that
// knows an unknown size.

import { applyAll } from "../graph/call.js";
import { type LayerCallAttrs, mapTensors } from "../graph/callOptions.js";
import { invoke } from "../graph/infer.js";
import type { Layer } from "../graph/layer.js";
import type { Mode } from "../graph/mode.js";
import { callsOf } from "../graph/network.js";
import { type Part, presentPart, within } from "../graph/part.js";
import { mixSeed } from "../graph/seed.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import { atOnce, type Work } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";

/** How a model runs. */
export interface BindMode {
  readonly training: boolean;
  /** int32 scalar that differs at every training step. */
  readonly step: Tensor;
  /** Base of all seeds. */
  readonly seed: number;
}

/** A model for one batch size, in ops. */
export interface Bound {
  readonly outputs: readonly Tensor[];
  /** New values of weights that layers change by themselves (moving statistics, states). */
  readonly updates: ReadonlyMap<Weight, Tensor>;
  /** Scalars that layers add to the loss. */
  readonly losses: readonly Tensor[];
  /** What each layer call gave, in order: to find the first that isn't finite. */
  readonly trace: readonly { readonly layer: Layer<Tensor | Tensor[]>; readonly outputs: readonly Tensor[] }[];
}

/** Writes down `outputs` for concrete `feeds` (recorded input → concrete placeholder, whose mask counts too). */
export function* bind(outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, Tensor>, how: BindMode): Work<Bound> {
  const updates = new Map<Weight, Tensor>();
  const losses: Tensor[] = [];
  const trace: { layer: Layer<Tensor | Tensor[]>; outputs: readonly Tensor[] }[] = [];
  let seeds = 0;
  const modeOf = (call: Call, options: Record<string, unknown>): Mode => ({
    // A call can fix its own mode, as `base(x, { training: false })` does for a frozen base.
    training: typeof options.training === "boolean" ? options.training : how.training,
    step: how.step,
    options,
    update: (weight, value) => void updates.set(weight, value),
    addLoss: (value) => void losses.push(value),
    seed: (own) => mixSeed(how.seed, own ?? 0, ++seeds),
    replay: (inner, substitution) => atOnce(walk(inner, substitution, call)),
  });
  const walk = function* (
    wanted: readonly Tensor[],
    substitution: ReadonlyMap<Tensor, Tensor>,
    outer: Call | null,
  ): Work<Tensor[]> {
    const values = new Map<Tensor, Tensor>(substitution);
    const madeOf = (tensor: Tensor): Tensor => values.get(originalOf(tensor)) as Tensor;
    for (const call of callsOf(wanted, substitution)) {
      const made = redo(call, madeOf, outer);
      call.outputs.forEach((output, i) => {
        values.set(output, made[i] as Tensor);
      });
      yield;
    }
    return wanted.map(madeOf);
  };
  const redo = (call: Call, madeOf: (tensor: Tensor) => Tensor, outer: Call | null): readonly Tensor[] => {
    const { op } = call;
    if (op)
      return within(presentPart() ?? { place: op.name, pass: "forward" }, () =>
        applyAll(op, call.inputs.map(madeOf), call.attrs),
      );
    const { layer } = call;
    if (!layer) return call.outputs;
    const { single, options, count } = call.attrs as LayerCallAttrs;
    const inputs = call.inputs.slice(0, count).map(madeOf);
    const inherited =
      outer && typeof (outer.attrs as LayerCallAttrs).options.training === "boolean"
        ? { training: (outer.attrs as LayerCallAttrs).options.training }
        : {};
    const mode = modeOf(call, { ...inherited, ...mapTensors(options, madeOf) });
    const around = presentPart();
    const part: Part = { place: around ? `${around.place}/${layer.name}` : layer.name, pass: "forward" };
    const made = within(part, () => invoke(layer, single ? (inputs[0] as Tensor) : inputs, mode).outputs);
    trace.push({ layer, outputs: made });
    return made;
  };
  return { outputs: yield* walk(outputs, feeds, null), updates, losses, trace };
}
