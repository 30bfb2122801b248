// How long a kernel takes on one core, roughly: enough to decide whether sharing it between workers pays.

import type { Access, Expr, KernelSpec } from "./program.js";

/** Multiply-adds per nanosecond of one core, times two. */
const flopsPerNanosecond = 35;
const bytesPerNanosecond = 12;

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Ops that cost a polynomial rather than an instruction. */
const slowOps = new Set([
  "exp",
  "expm1",
  "log",
  "log1p",
  "tanh",
  "sigmoid",
  "erf",
  "sin",
  "cos",
  "power",
  "sqrt",
  "divide",
  "rsqrt",
]);

function expressionNanoseconds(elements: number, expr: Expr): number {
  const weight = expr.nodes.reduce((sum, node) => sum + (slowOps.has(node.op) ? 8 : 1), 0);
  return elements * weight * 0.1;
}

/** Bytes an operand moves when its kernel runs over `space` (what repeats is read once). */
function bytesOf(access: Access, space: readonly number[]): number {
  if (access.virtual) return 0;
  return 4 * access.strides.reduce((all, stride, axis) => (stride === 0 ? all : all * (space[axis] ?? 1)), 1);
}

export interface Cost {
  readonly flops: number;
  readonly bytes: number;
  readonly nanoseconds: number;
}

export function costOf(spec: KernelSpec): Cost {
  switch (spec.family) {
    case "matmul": {
      const elements = product(spec.batch) * product(spec.m) * product(spec.n);
      const flops = 2 * elements * product(spec.k);
      const space = [...spec.batch, ...spec.m, ...spec.n];
      const outside = [...spec.epilogueInputs, ...spec.outputs].reduce(
        (sum, access) => sum + bytesOf(access, space),
        0,
      );
      const bytes =
        outside +
        bytesOf(spec.a, [...spec.batch, ...spec.m, ...spec.k]) +
        bytesOf(spec.b, [...spec.batch, ...spec.k, ...spec.n]);
      return {
        flops,
        bytes,
        nanoseconds:
          Math.max(flops / flopsPerNanosecond, bytes / bytesPerNanosecond) +
          expressionNanoseconds(elements, spec.epilogue),
      };
    }
    case "elementwise": {
      const elements = product(spec.space);
      const bytes = [...spec.inputs, ...spec.outputs].reduce((sum, access) => sum + bytesOf(access, spec.space), 0);
      return {
        flops: elements * spec.expr.nodes.length,
        bytes,
        nanoseconds: bytes / bytesPerNanosecond + expressionNanoseconds(elements, spec.expr),
      };
    }
    case "reduce": {
      const elements = product(spec.space) * product(spec.reduced);
      const bytes = spec.inputs.reduce((sum, access) => sum + bytesOf(access, [...spec.space, ...spec.reduced]), 0);
      return {
        flops: elements * (1 + spec.expr.nodes.length),
        bytes,
        nanoseconds: bytes / bytesPerNanosecond + elements * 0.15 + expressionNanoseconds(elements, spec.expr),
      };
    }
    default: {
      const bytes = 8 * spec.count * spec.width + (spec.family === "scatterAdd" ? 4 * spec.rows * spec.width : 0);
      return { flops: 0, bytes, nanoseconds: bytes / bytesPerNanosecond };
    }
  }
}
