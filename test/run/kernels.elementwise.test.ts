import { expect } from "chai";
import type { ElementwiseSpec } from "../../lib/plan/program.js";
import { check, dense, execute, expr, identity, random, randomInts, strided } from "./kernels.harness.js";

const elementwise = (spec: Omit<ElementwiseSpec, "family">): ElementwiseSpec => ({ family: "elementwise", ...spec });

describe("elementwise kernels", () => {
  it("does contiguous arrays of any size", () => {
    for (const size of [1, 2, 3, 4, 5, 7, 15, 16, 17, 31, 64, 101, 4095, 4096, 4097, 9001, 20011]) {
      const spec = elementwise({
        space: [size],
        inputs: [dense([size]), dense([size])],
        outputs: [dense([size])],
        expr: expr(
          [
            ["add", [0, 1]],
            ["mul", [2, 0]],
          ],
          2,
        ),
      });
      check(spec, [random(size, 1), random(size, 2), new Float32Array(size)]);
    }
  });

  it("broadcasts rows, columns and numbers", () => {
    for (const [m, n] of [
      [1, 1],
      [3, 5],
      [7, 4],
      [5, 16],
      [33, 10],
      [9, 1030],
      [3, 9001],
    ] as const) {
      const spec = elementwise({
        space: [m, n],
        inputs: [dense([m, n]), strided([0, 1]), strided([1, 0]), strided([0, 0], 2)],
        outputs: [dense([m, n])],
        expr: expr(
          [
            ["mul", [0, 1]],
            ["add", [4, 2]],
            ["sub", [5, 3]],
            ["relu", [6]],
          ],
          4,
        ),
      });
      check(spec, [random(m * n, 1), random(n, 2), random(m, 3), random(4, 4), new Float32Array(m * n)]);
    }
  });

  it("follows any strides: transposed, reversed, with gaps", () => {
    for (const [a, b, c] of [
      [2, 3, 5],
      [4, 8, 4],
      [1, 7, 9],
      [5, 1, 6],
      [8, 16, 12],
      [2, 48, 64],
      [20, 3, 32],
    ] as const) {
      const size = a * b * c;
      const spec = elementwise({
        space: [a, b, c],
        inputs: [strided([1, a * c, a]), strided([b * c, c, -1], c - 1), strided([2 * b * c, 2 * c, 2], 1)],
        outputs: [strided([b * c, c, 1])],
        expr: expr(
          [
            ["mul", [0, 1]],
            ["add", [3, 2]],
          ],
          3,
        ),
      });
      check(spec, [random(size, 1), random(size, 2), random(2 * size + 1, 3), new Float32Array(size)]);
      const scattered = elementwise({
        space: [a, b, c],
        inputs: [dense([a, b, c])],
        outputs: [strided([1, a * c, a]), strided([-b * c, 1, b], (a - 1) * b * c)],
        expr: { nodes: [], results: [0, 0] },
      });
      check(scattered, [random(size, 1), new Float32Array(size), new Float32Array(size)]);
    }
  });

  it("writes into its inputs", () => {
    const size = 9000;
    const spec = elementwise({
      space: [size],
      inputs: [dense([size]), dense([size]), strided([0])],
      outputs: [dense([size]), dense([size])],
      expr: expr(
        [
          ["fma", [0, 2, 1]],
          ["sub", [3, 0]],
        ],
        3,
        [4, 3],
      ),
    });
    const [w, m] = [random(size, 1), random(size, 2)];
    check(spec, [w, m, random(1, 3), w, m]);
  });

  it("counts with virtual inputs and keeps truths as 0 and 1", () => {
    for (const [m, n] of [
      [3, 5],
      [6, 8],
      [1, 5000],
    ] as const) {
      const spec = elementwise({
        space: [m, n],
        inputs: [{ dtype: "int32", strides: [n, 1], offset: -7, virtual: true }, dense([m, n], "bool"), dense([m, n])],
        outputs: [dense([m, n]), dense([m, n], "bool"), dense([m, n], "int32")],
        expr: expr(
          [
            ["float", [0]],
            ["negative", [2], "bool"],
            ["select", [1, 3, 2]],
          ],
          3,
          [5, 4, 0],
        ),
      });
      const size = m * n;
      check(spec, [
        randomInts(size, 2, 5),
        random(size, 2),
        new Float32Array(size),
        new Int32Array(size),
        new Int32Array(size),
      ]);
    }
  });

  it("makes -0 into 0 and keeps NaN where a constant bounds", () => {
    const spec = elementwise({
      space: [4],
      inputs: [dense([4])],
      outputs: [dense([4])],
      expr: expr([["relu", [0]]], 1),
    });
    const [, result] = execute(spec, [new Float32Array([-0, Number.NaN, 3, -3]), new Float32Array(4)]);
    expect([...result!].map((value) => Object.is(value, -0))).to.deep.equal([false, false, false, false]);
    expect([...result!]).to.deep.equal([0, Number.NaN, 3, 0]);
  });

  it("does nothing in an empty space", () => {
    const spec = elementwise({ space: [0, 3], inputs: [dense([0, 3])], outputs: [dense([0, 3])], expr: identity });
    check(spec, [random(4), new Float32Array(4)]);
  });
});
