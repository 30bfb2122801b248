// Rows added into a table: out = 0, then out[indices[i], :] += values[i, :] in the order of i. Work divides by rows of the table:
// every range reads all indices and adds those that are its own, so sums have one order for any number of workers.

import type { ScatterAddSpec } from "../../../plan/program.js";
import type { KernelFamily } from "../family.js";
import { alongRow, loadIndex } from "./gather.js";

// Few units: each range reads the whole list of indices once.
const rowsPerUnit = (spec: ScatterAddSpec): number => Math.max(1, Math.ceil(spec.rows / 64));

export const scatterAdd: KernelFamily<ScatterAddSpec> = {
  family: "scatterAdd",

  units: (spec) => (spec.width === 0 ? 0 : Math.ceil(spec.rows / rowsPerUnit(spec))),

  scratchBytes: () => 0,

  emit(spec, assembler) {
    const [start, end, , indices, values, out] = [0, 1, 2, 3, 4, 5].map((i) => assembler.parameter(i));
    if (!start || !end || !indices || !values || !out) return;
    const rowBytes = spec.width * 4;
    const first = assembler.times(start, rowsPerUnit(spec));
    const last = assembler.lesser(assembler.times(end, rowsPerUnit(spec)), spec.rows);
    const own = assembler.greater(assembler.minus(last, first), 0);
    const block = assembler.plus(out, assembler.times(first, rowBytes));
    assembler.clear(block, assembler.times(own, rowBytes));
    assembler.loop(0, spec.count, 1, (i) => {
      const row = assembler.minus(loadIndex(assembler, indices, i, spec.rows), first);
      assembler.when(assembler.below(row, own), () => {
        const source = assembler.plus(values, assembler.times(i, rowBytes));
        const target = assembler.plus(block, assembler.times(row, rowBytes));
        alongRow(assembler, spec.width, [source, target], ([read, write], offset, count) => {
          const value = assembler.loadLanes("float32", read ?? 0, offset, 1, count);
          const sum = assembler.add(assembler.loadLanes("float32", write ?? 0, offset, 1, count), value);
          assembler.storeLanes(sum, write ?? 0, offset, 1, count);
        });
      });
    });
  },
};
