// The graph that a model's inputs and outputs span, checked and put in order.

import { ValueError } from "../graph/errors.js";
import { originalOf, Tensor } from "../graph/tensor.js";
import { flatten, type Structure, type Structured } from "./structure.js";
import { mapGraph, type Topology } from "./topology.js";

/** The graph of a model. */
export interface ModelGraph {
  readonly inputs: readonly Tensor[];
  readonly inputForm: Structure;
  readonly outputs: readonly Tensor[];
  readonly outputForm: Structure;
  readonly topology: Topology;
}

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Checks and orders the graph between inputs and outputs. */
export function graphOf(inputs: Structured<Tensor>, outputs: Structured<Tensor>, name: string): ModelGraph {
  const ins = flatten(inputs, isTensor, (tensor) => tensor.name);
  const outs = flatten(outputs, isTensor, (tensor) => tensor.name);
  for (const [what, { list }] of [
    ["inputs", ins],
    ["outputs", outs],
  ] as const) {
    if (list.length === 0) throw new ValueError(`model "${name}" needs ${what}`);
    const wrong = list.findIndex((tensor) => !isTensor(tensor));
    if (wrong >= 0) {
      throw new ValueError(`model "${name}": ${what}[${wrong}] isn't a tensor`, {
        hint: "give what input() and layers return, not the layers themselves",
      });
    }
  }
  if (new Set(ins.list.map(originalOf)).size < ins.list.length)
    throw new ValueError(`model "${name}" has the same input twice`);
  return {
    inputs: ins.list,
    inputForm: ins.structure,
    outputs: outs.list,
    outputForm: outs.structure,
    topology: mapGraph(ins.list, outs.list, name),
  };
}
