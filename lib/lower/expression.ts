// Elementwise calls collected into one expression: its outside inputs, and its ops in order.

import type { Op } from "../graph/op.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import type { Expr, ExprNode } from "../plan/program.js";
import { baseOf } from "./normalize.js";

/** An expression being collected: its outside inputs, and nodes in order. */
export class ExprBuilder {
  readonly inputs: Tensor[];
  readonly nodes: ExprNode[] = [];
  private readonly index = new Map<Tensor, number>();
  private readonly nodeOf = new Map<Tensor, number>();

  /** `first`: a value that is there before all inputs (a product's element). */
  constructor(first: Tensor | null, calls: readonly Call[]) {
    this.inputs = [];
    const own = new Set(calls.flatMap((call) => call.outputs));
    if (first) this.index.set(originalOf(first), 0);
    const shift = first ? 1 : 0;
    for (const call of calls) {
      for (const input of call.inputs) {
        const key = originalOf(input);
        if (own.has(key) || this.index.has(key) || literalOf(key) !== null) continue;
        this.index.set(key, this.inputs.push(input) - 1 + shift);
      }
    }
    const offset = this.inputs.length + shift;
    const add = (node: ExprNode): number => this.nodes.push(node) - 1 + offset;
    for (const call of calls) {
      const args = call.inputs.map((input) => {
        const key = originalOf(input);
        const known = this.nodeOf.get(key) ?? this.index.get(key);
        if (known !== undefined) return known;
        const made = add({
          op: "literal",
          attrs: { value: literalOf(key), dtype: key.dtype },
          args: [],
          dtype: key.dtype,
        });
        this.nodeOf.set(key, made);
        return made;
      });
      const output = call.outputs[0] as Tensor;
      const op = call.op as Op;
      // Places and copies are the value itself.
      if (op.name === "place" || op.name === "copy") this.nodeOf.set(output, args[0] as number);
      else this.nodeOf.set(output, add({ op: op.name, attrs: call.attrs, args, dtype: output.dtype }));
    }
  }

  expr(results: readonly Tensor[]): Expr {
    return {
      nodes: this.nodes,
      results: results.map(
        (tensor) => (this.nodeOf.get(originalOf(tensor)) ?? this.index.get(originalOf(tensor))) as number,
      ),
    };
  }
}

/** The number that every element of the tensor is, if it comes from a scalar constant. */
function literalOf(tensor: Tensor): number | null {
  const base = baseOf(tensor);
  return base.call.source?.kind === "constant" && base.rank === 0 ? (base.call.source.value.data[0] as number) : null;
}
