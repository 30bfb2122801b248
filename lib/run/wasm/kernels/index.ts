// The kernel families, one line each.

import type { KernelSpec } from "../../../plan/program.js";
import type { KernelFamily } from "../family.js";
import { elementwise } from "./elementwise.js";
import { gather } from "./gather.js";
import { matmul } from "./matmul.js";
import { memoryOperands } from "./operand.js";
import { reduce } from "./reduce.js";
import { scatterAdd } from "./scatterAdd.js";

export const families: { readonly [F in KernelSpec["family"]]: KernelFamily<Extract<KernelSpec, { family: F }>> } = {
  elementwise,
  reduce,
  matmul,
  gather,
  scatterAdd,
};

/** Pointer parameters of a kernel's function, in the order of the spec's members; virtual operands have none. */
export function pointerCount(spec: KernelSpec): number {
  switch (spec.family) {
    case "elementwise":
      return memoryOperands([...spec.inputs, ...spec.outputs]);
    case "reduce":
      return memoryOperands([...spec.inputs, ...spec.epilogueInputs, ...spec.outputs]);
    case "matmul":
      return memoryOperands([spec.a, spec.b, ...spec.epilogueInputs, ...spec.outputs]);
    case "gather":
    case "scatterAdd":
      return 3;
  }
}
