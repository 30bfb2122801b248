// A program as text: what runs where, on how many bytes, and with what share of the work.

import { readableBytes } from "../graph/bytes.js";
import { costOf } from "./cost.js";
import type { KernelSpec, Program, Step } from "./program.js";

const dims = (sizes: readonly number[]): string => `[${sizes.join(" ")}]`;

function describe(spec: KernelSpec): string {
  switch (spec.family) {
    case "matmul":
      return `matmul ${spec.batch.length > 0 ? `${dims(spec.batch)} x ` : ""}${dims(spec.m)} x ${dims(spec.k)} x ${dims(spec.n)}`;
    case "elementwise":
      return `elementwise ${dims(spec.space)} ${spec.expr.nodes.length} ops`;
    case "reduce":
      return `reduce ${spec.combine} ${dims(spec.space)} over ${dims(spec.reduced)}`;
    default:
      return `${spec.family} ${spec.count} x ${spec.width} in ${spec.rows}`;
  }
}

/** A listing: one line per step, with bytes moved, and estimated share of the time. */
export function printProgram(program: Program): string {
  const total = (steps: readonly Step[]): number =>
    steps.reduce((sum, step) => {
      if (step.kind === "repeat") return sum + step.count * total(step.steps);
      return step.kind === "call" ? sum + costOf(program.kernels[step.kernel] as KernelSpec).nanoseconds : sum;
    }, 0);
  const all = total(program.steps);
  const lines = [
    `program ${program.name}: ${program.kernels.length} kernels, about ${(all / 1e6).toFixed(3)} ms of one core, arena ${program.arenaBytes.map(readableBytes).join(" + ")}`,
  ];
  const walk = (steps: readonly Step[], indent: string): void => {
    for (const step of steps) {
      if (step.kind === "barrier") lines.push(`${indent}--`);
      else if (step.kind === "repeat") {
        lines.push(`${indent}repeat ${step.count}`);
        walk(step.steps, `${indent}  `);
      } else if (step.kind === "copy") lines.push(`${indent}copy ${step.rows} x ${step.rowBytes} bytes  ${step.label}`);
      else {
        const spec = program.kernels[step.kernel] as KernelSpec;
        const cost = costOf(spec);
        const names = step.pointers.map((pointer) => program.buffers[pointer.buffer]?.name ?? "?").join(", ");
        lines.push(
          `${indent}${describe(spec)}  ${step.label}  (${names})  ${readableBytes(cost.bytes)}  ${((100 * cost.nanoseconds) / Math.max(all, 1)).toFixed(1)} %${step.workers === "one" ? "  one" : ""}${step.segment > 0 ? `  segment ${step.segment}` : ""}`,
        );
      }
    }
  };
  walk(program.steps, "  ");
  return lines.join("\n");
}
