// Writes a fused elementwise graph: lanes of the inputs in, lanes of the results out.

import type { Lane } from "../../graph/lanes.js";
import type { Expr } from "../../plan/program.js";
import type { Assembler } from "./assembler.js";

export function evaluate(assembler: Assembler, expr: Expr, inputs: readonly Lane[]): Lane[] {
  const values = [...inputs];
  const value = (index: number): Lane => {
    const lane = values[index];
    if (!lane) throw new RangeError(`expression refers to value ${index}, and has ${values.length} so far`);
    return lane;
  };
  for (const node of expr.nodes) {
    const op = assembler.lookup(node.op);
    if (!op.emit) throw new TypeError(`op "${node.op}" cannot be written in lanes`);
    const lane = op.emit(assembler, node.args.map(value), node.attrs);
    if (lane.dtype !== node.dtype) {
      throw new TypeError(`op "${node.op}" was planned to give ${node.dtype} and gives ${lane.dtype}`);
    }
    values.push(lane);
  }
  return expr.results.map(value);
}
