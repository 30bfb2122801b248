// Steps of models as graphs, and their programs: what the laws of plans and layers look at.

import type { StepGraph } from "../../lib/backend/backend.js";
import { planStep, type Wanted } from "../../lib/backend/compile.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { CompileOptions, Model } from "../../lib/index.js";
import type { Program } from "../../lib/plan/program.js";
import { Compiled } from "../../lib/train/compile.js";
import { planOf } from "../../lib/train/programs.js";
import type { StepKind, StepPlan } from "../../lib/train/step.js";
import type { Structured } from "../../lib/train/structure.js";

export type AnyModel = Model<Structured<Tensor>>;

/** A step of `rows` samples, with the labels that the loss expects. */
export function stepOf(kind: StepKind, model: AnyModel, options: CompileOptions, rows: number): StepPlan {
  const compiled = new Compiled(model, options);
  const sized = (tensor: Tensor): number[] => [rows, ...tensor.shape.slice(1).map((size) => size ?? 3)];
  const feed = {
    inputs: model.inputs.map(sized),
    targets: model.outputs.map((tensor, i) => (compiled.needed[i] ? compiled.labelShape(i, sized(tensor)) : null)),
    weights: model.outputs.map(() => null),
  };
  return atOnce(planOf(kind, model, compiled, feed, false));
}

/** The program of a step, with its weights spread over `segments` segments. */
export function programOf(graph: StepGraph, segments: number): Program {
  const wanted: Wanted[] = graph.outputs.map((tensor, index) => ({ tensor, into: { kind: "output", index } }));
  for (const [weight, tensor] of graph.updates)
    if (tensor !== weight.tensor) wanted.push({ tensor, into: { kind: "weight", weight } });
  const places = new Map<string, number>();
  const segmentOf: Parameters<typeof planStep>[0]["segmentOf"] = (weight, rows) => {
    // Equal shapes and rows go together: a weight and its slots.
    const key = `${weight.shape.join("x")}:${rows?.start ?? ""}`;
    if (!places.has(key)) places.set(key, places.size % segments);
    return places.get(key) as number;
  };
  return atOnce(planStep({ name: graph.name, inputs: graph.inputs, wanted, segmentOf })).program;
}
