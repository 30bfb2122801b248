// A loop over steps as ONNX's Scan: the body is a graph inside of a node, which sees the names around it.

import type { ScanAttrs } from "../../../catalog/ops/scan.js";
import type { Tensor } from "../../../graph/tensor.js";
import { GraphWriter, type Writer } from "./context.js";
import { graphProto, valueProto } from "./proto.js";

export const scanWriter: Writer = (graph, { inputs, attrs }) => {
  const [a, b] = attrs as [ScanAttrs, ScanAttrs];
  const inner = new GraphWriter(graph.shared, graph);
  const given = [...a.body.carries, ...a.body.slices];
  const twins = [...b.body.carries, ...b.body.slices];
  const names = given.map((tensor, i) => {
    const name = `s${graph.shared.next++}`;
    inner.give(tensor, twins[i] as Tensor, name);
    return name;
  });
  a.body.constants.forEach((tensor, i) => {
    inner.give(tensor, b.body.constants[i] as Tensor, inputs[given.length + i] as string);
  });
  const wanted = [...a.body.nextCarries, ...a.body.stacked];
  const made = inner.write(wanted, [...b.body.nextCarries, ...b.body.stacked]);
  // What a graph gives must be made in it, and once.
  const results = made.map((name) => inner.node("Identity", [name]));
  const body = graphProto({
    name: "step",
    nodes: inner.nodes,
    initializers: [],
    inputs: given.map((tensor, i) => valueProto(names[i] as string, tensor.dtype, null)),
    outputs: wanted.map((tensor, i) => valueProto(results[i] as string, tensor.dtype, null)),
  });
  const directions = (count: number): { ints: number[] } => ({ ints: new Array(count).fill(Number(a.reverse)) });
  return graph.nodeOf(
    "Scan",
    inputs.slice(0, given.length),
    {
      num_scan_inputs: { int: a.body.slices.length },
      ...(a.body.slices.length > 0 ? { scan_input_directions: directions(a.body.slices.length) } : {}),
      ...(a.body.stacked.length > 0 ? { scan_output_directions: directions(a.body.stacked.length) } : {}),
      body: { graph: body },
    },
    wanted.length,
  );
};
