// A recorded graph as Keras sees it: operations in its order (by depth, then by first visit), each with its calls. Layers, weights, summaries
// and files of a model follow this order.

import { ValueError } from "../graph/errors.js";
import type { Layer } from "../graph/layer.js";
import { snakeCase } from "../graph/names.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import { inputLayerOf } from "./inputLayer.js";
import { opClassName } from "./kerasOps.js";
import { distinct } from "./structure.js";

export type AnyLayer = Layer<Tensor | Tensor[]>;

/** A layer, an input, or a bare op of the model. */
export interface Operation {
  readonly name: string;
  readonly className: string;
  /** Null for a bare op. */
  readonly layer: AnyLayer | null;
  /** Its calls that belong to this model, in the order in which they were made. */
  readonly nodes: Call[];
}

export interface Topology {
  /** In Keras's order. */
  readonly operations: readonly Operation[];
  readonly operationOf: ReadonlyMap<Call, Operation>;
  /** Calls by depth, deepest (nearest to the inputs) first. */
  readonly byDepth: readonly (readonly Call[])[];
}

/** Inputs of a call that are made by other calls of a model: constants and weights are not. */
export const nodeInputs = (call: Call): readonly Tensor[] =>
  call.inputs.filter((tensor) => tensor.call.source?.kind !== "constant" && tensor.call.source?.kind !== "weight");

/** Orders the graph between `inputs` and `outputs`. Raises ValueError for an input that is missing, or that nothing uses. */
export function mapGraph(inputs: readonly Tensor[], outputs: readonly Tensor[], name: string): Topology {
  const leaves = new Set(inputs.map((tensor) => originalOf(tensor).call));
  const order = visit(outputs, leaves, name);
  for (const tensor of inputs) {
    if (order.includes(tensor.call)) continue;
    throw new ValueError(`model "${name}": its input "${tensor.name}" doesn't reach any output`, {
      notes: [
        `outputs come from ${[...new Set(order.filter((call) => call.source?.kind === "input").map((call) => call.outputs[0]?.name))].join(", ") || "no input"}`,
      ],
      hint: "leave it out of inputs, or use it",
    });
  }
  const operationOf = operationsOf(order, leaves);
  const firstVisit = visitOrder(outputs, leaves, operationOf);
  const { nodeDepths, operationDepths } = depthsOf(order, leaves, operationOf);
  const operations = [...new Set(operationOf.values())].sort(
    (a, b) =>
      (operationDepths.get(b) as number) - (operationDepths.get(a) as number) ||
      (firstVisit.get(a) as number) - (firstVisit.get(b) as number),
  );
  const byDepth = new Map<number, Call[]>();
  for (const [call, depth] of nodeDepths) byDepth.set(depth, [...(byDepth.get(depth) ?? []), call]);
  return { operations, operationOf, byDepth: [...byDepth].sort((a, b) => b[0] - a[0]).map(([, calls]) => calls) };
}

/** Calls from inputs to outputs, each after what it needs, in Keras's order of visits (recursion without a stack that can overflow). */
function visit(outputs: readonly Tensor[], leaves: ReadonlySet<Call>, name: string): Call[] {
  const done = new Set<Call>();
  const order: Call[] = [];
  for (const output of outputs) {
    const stack: { call: Call; next: number }[] = [{ call: output.call, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1) as { call: Call; next: number };
      const child = leaves.has(top.call) ? undefined : nodeInputs(top.call)[top.next++];
      if (done.has(top.call)) stack.pop();
      else if (child) {
        if (!done.has(child.call)) stack.push({ call: child.call, next: 0 });
      } else {
        stack.pop();
        done.add(top.call);
        if (top.call.source?.kind === "input" && !leaves.has(top.call)) throw missingInput(top.call, output, name);
        order.push(top.call);
      }
    }
  }
  return order;
}

function missingInput(call: Call, output: Tensor, name: string): ValueError {
  const input = call.outputs[0] as Tensor;
  return new ValueError(`model "${name}": output ${output.name} needs "${input.name}", which isn't among its inputs`, {
    notes: call.where ? [`"${input.name}" was made at ${call.where}`] : [],
    hint: `add it: inputs: [..., ${input.name}]`,
  });
}

function operationsOf(order: readonly Call[], leaves: ReadonlySet<Call>): Map<Call, Operation> {
  const byOwner = new Map<unknown, Operation>();
  const operationOf = new Map<Call, Operation>();
  const opNames = distinct(
    order.filter((call) => call.op && !leaves.has(call)).map((call) => snakeCase(opClassName(call.op?.name ?? ""))),
  );
  for (const call of order) {
    const input = call.source || leaves.has(call) ? inputLayerOf(call.outputs[0] as Tensor) : null;
    const layer = input ?? call.layer ?? null;
    let operation = byOwner.get(layer ?? call);
    if (!operation) {
      const opName = call.op?.name ?? "";
      operation = layer
        ? { name: layer.name, className: layer.className, layer, nodes: [] }
        : {
            name: opNames.shift() as string,
            className: opClassName(opName),
            layer: null,
            nodes: [],
          };
      byOwner.set(layer ?? call, operation);
    }
    operation.nodes.push(call);
    operationOf.set(call, operation);
  }
  for (const operation of byOwner.values()) operation.nodes.sort((a, b) => a.id - b.id);
  return operationOf;
}

/** Operations numbered as a walk from the outputs meets them first: Keras's tie-break at equal depth. */
function visitOrder(
  outputs: readonly Tensor[],
  leaves: ReadonlySet<Call>,
  operationOf: ReadonlyMap<Call, Operation>,
): Map<Operation, number> {
  const first = new Map<Operation, number>();
  const seen = new Set<Call>();
  const stack = outputs.map((tensor) => tensor.call).reverse();
  while (stack.length > 0) {
    const call = stack.pop() as Call;
    if (seen.has(call)) continue;
    seen.add(call);
    const operation = operationOf.get(call) as Operation;
    if (!first.has(operation)) first.set(operation, first.size);
    if (!leaves.has(call))
      stack.push(
        ...nodeInputs(call)
          .map((tensor) => tensor.call)
          .reverse(),
      );
  }
  return first;
}

/** Keras's depths: calls between a call and the outputs; all calls of a layer count as deep as its deepest. */
function depthsOf(
  order: readonly Call[],
  leaves: ReadonlySet<Call>,
  operationOf: ReadonlyMap<Call, Operation>,
): { nodeDepths: Map<Call, number>; operationDepths: Map<Operation, number> } {
  const nodeDepths = new Map<Call, number>();
  const operationDepths = new Map<Operation, number>();
  for (const call of [...order].reverse()) {
    const operation = operationOf.get(call) as Operation;
    const depth = Math.max(nodeDepths.get(call) ?? 0, operationDepths.get(operation) ?? 0);
    nodeDepths.set(call, depth);
    operationDepths.set(operation, depth);
    if (leaves.has(call)) continue;
    for (const { call: before } of nodeInputs(call))
      nodeDepths.set(before, Math.max(depth + 1, nodeDepths.get(before) ?? 0));
  }
  return { nodeDepths, operationDepths };
}
