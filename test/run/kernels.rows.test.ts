import { expect } from "chai";
import { detectMachine } from "../../lib/run/wasm/machine.js";
import { units } from "../../lib/run/wasm/module.js";
import { execute, random, randomInts } from "./kernels.harness.js";

describe("gather and scatterAdd kernels", () => {
  const cases = [
    [1, 1, 1],
    [5, 9, 3],
    [10, 40, 16],
    [1000, 160, 64],
    [3, 50, 19],
    [200, 2, 5000],
  ] as const;

  it("picks rows, and the nearest row for an index outside", () => {
    for (const [rows, count, width] of cases) {
      const spec = { family: "gather", rows, count, width } as const;
      const [table, indices, out] = [random(rows * width), randomInts(count, rows), new Float32Array(count * width)];
      indices[0] = -3;
      indices[count - 1] = rows + 1000;
      const expected = out.slice();
      indices.forEach((index, i) => {
        const row = Math.min(Math.max(index, 0), rows - 1);
        expected.set(table.subarray(row * width, (row + 1) * width), i * width);
      });
      const total = units(spec, detectMachine());
      for (const cut of [0, 1, Math.floor(total / 2)]) {
        expect(execute(spec, [table, indices, out], [cut])[2]).to.deep.equal(expected);
      }
    }
  });

  it("adds rows in order", () => {
    for (const [rows, count, width] of cases) {
      const spec = { family: "scatterAdd", rows, count, width } as const;
      const [indices, values] = [randomInts(count, rows), random(count * width)];
      const out = random(rows * width, 9);
      const expected = new Float32Array(rows * width);
      indices.forEach((row, i) => {
        for (let c = 0; c < width; c++) expected[row * width + c]! += values[i * width + c]!;
      });
      const total = units(spec, detectMachine());
      for (const cut of [0, 1, Math.floor(total / 2), total]) {
        expect(execute(spec, [indices, values, out], [cut])[2]).to.deep.equal(expected);
      }
    }
  });
});
