// Rows of a table picked by an index each: out[i, :] = table[indices[i], :]. An index outside of the table reads its nearest row.

import type { GatherSpec } from "../../../plan/program.js";
import type { Assembler } from "../assembler.js";
import type { IntValue } from "../code.js";
import type { KernelFamily } from "../family.js";

const indicesPerUnit = (spec: GatherSpec): number => Math.max(1, Math.floor(4096 / Math.max(1, spec.width)));

/** Index number `i` of those at `indices`, kept inside of the table. */
export function loadIndex(assembler: Assembler, indices: IntValue, i: IntValue, rows: number): IntValue {
  const raw = assembler.loadInt(assembler.plus(indices, assembler.times(i, 4)));
  return assembler.lesser(assembler.greater(raw, 0), rows - 1);
}

/** Calls `body` for vectors, then for a rest of fewer elements; addresses move along. */
export function alongRow(
  assembler: Assembler,
  width: number,
  rows: readonly IntValue[],
  body: (at: readonly IntValue[], offset: number, count: number) => void,
): void {
  const { lanes } = assembler.machine;
  const step = 4 * lanes;
  const rounds = Math.floor(width / step);
  const at = rows.map((row) => assembler.int(row));
  assembler.each(0, rounds * step, step, () => {
    for (let v = 0; v < 4; v++) body(at, v * lanes * 4, lanes);
    for (const pointer of at) assembler.advance(pointer, step * 4);
  });
  for (let done = rounds * step; done < width; done += lanes) {
    const offset = done - rounds * step;
    assembler.scoped(() => body(at, offset * 4, Math.min(lanes, width - done)));
  }
}

export const gather: KernelFamily<GatherSpec> = {
  family: "gather",

  units: (spec) => (spec.width === 0 ? 0 : Math.ceil(spec.count / indicesPerUnit(spec))),

  scratchBytes: () => 0,

  emit(spec, assembler) {
    const [start, end, , table, indices, out] = [0, 1, 2, 3, 4, 5].map((i) => assembler.parameter(i));
    if (!start || !end || !table || !indices || !out || spec.rows === 0) return;
    const from = assembler.times(start, indicesPerUnit(spec));
    const to = assembler.lesser(assembler.times(end, indicesPerUnit(spec)), spec.count);
    const rowBytes = spec.width * 4;
    assembler.loop(from, to, 1, (i) => {
      const row = loadIndex(assembler, indices, i, spec.rows);
      const source = assembler.plus(table, assembler.times(row, rowBytes));
      const target = assembler.plus(out, assembler.times(i, rowBytes));
      alongRow(assembler, spec.width, [source, target], ([read, write], offset, count) => {
        const value = assembler.loadLanes("int32", read ?? 0, offset, 1, count);
        assembler.storeLanes(value, write ?? 0, offset, 1, count);
      });
    });
  },
};
