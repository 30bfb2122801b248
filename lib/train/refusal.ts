// A call that couldn't be made → the part of the graph before it, as plain data for a picture.

import { type RefusedCall, WeftError } from "../graph/errors.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import { showsItself } from "../show/notebook.js";
import { type Drawing, type DrawnNode, drawingOf } from "./drawing.js";
import { mapGraph, nodeInputs } from "./topology.js";

showsItself(WeftError);

/** How many layers before the refused call are shown. */
const shownBefore = 2;

/** The call, and what comes into it. Null when nothing does. */
export function drawingOfRefusal({ name, className, inputs }: RefusedCall): Drawing | null {
  const leaves = inputsOf(inputs);
  if (leaves.length === 0) return null;
  const topology = mapGraph(leaves, inputs, name);
  const before = drawingOf(name, { inputs: leaves, outputs: inputs, topology });
  const refused: DrawnNode = {
    // The layer may be in the graph already, by a call that fits.
    id: `${name} refused`,
    name,
    className,
    kind: "refused",
    inputs: inputs.map(({ shape, dtype }) => ({ shape, dtype })),
    outputs: [],
    calls: 1,
    activation: null,
    params: 0,
    weightBytes: 0,
    trainable: null,
    inside: null,
  };
  const edges = inputs.flatMap((tensor) => {
    const from = topology.operationOf.get(originalOf(tensor).call)?.name;
    if (from === undefined) return [];
    const { shape, dtype, mask } = tensor;
    return { from, to: refused.id, tensor: { shape, dtype }, call: 0, masked: mask !== undefined };
  });
  const near = nearest(
    before,
    edges.map(({ from }) => from),
  );
  const kept = before.edges.filter((edge) => near.has(edge.from) && near.has(edge.to));
  const nodes = before.nodes.filter((node) => near.has(node.id));
  return {
    name,
    nodes: [...nodes, refused],
    edges: [...kept, ...edges],
    inputs: before.inputs.filter((id) => near.has(id)),
    outputs: [refused.id],
  };
}

/** Nodes at most so many edges before `ends`. */
function nearest(drawing: Drawing, ends: readonly string[]): Set<string> {
  const near = new Set(ends);
  let edge = [...near];
  for (let step = 1; step < shownBefore; step++) {
    edge = drawing.edges.filter(({ to }) => edge.includes(to)).map(({ from }) => from);
    for (const id of edge) near.add(id);
  }
  return near;
}

/** Where the graph of these tensors begins. */
function inputsOf(tensors: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>();
  const stack = tensors.map(originalOf).reverse();
  const found = new Set<Tensor>();
  while (stack.length > 0) {
    const tensor = stack.pop() as Tensor;
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    if (tensor.call.source?.kind === "input") found.add(tensor);
    stack.push(...nodeInputs(tensor.call).map(originalOf).reverse());
  }
  return [...found];
}
