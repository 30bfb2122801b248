import type { Combine, ReduceSpec } from "../../lib/plan/program.js";
import { check, dense, expr, identity, random, strided } from "./kernels.harness.js";

const combines: Combine[] = ["sum", "max", "min", "prod", "argmax", "argmin"];

describe("reduce kernels", () => {
  const reduce = (spec: Omit<ReduceSpec, "family">): ReduceSpec => ({ family: "reduce", ...spec });
  const output = (combine: Combine, size: number) =>
    combine.startsWith("arg") ? new Int32Array(size) : new Float32Array(size);
  const plain = (combine: Combine, sizes: number[]) => dense(sizes, combine.startsWith("arg") ? "int32" : "float32");

  it("combines rows", () => {
    for (const combine of combines) {
      for (const [m, n] of [
        [1, 1],
        [3, 5],
        [7, 4],
        [5, 16],
        [33, 10],
        [9, 103],
        [2, 5001],
        [3000, 3],
      ] as const) {
        const spec = reduce({
          space: [m],
          reduced: [n],
          combine,
          inputs: [dense([m, n])],
          expr: identity,
          epilogueInputs: [],
          epilogue: identity,
          outputs: [plain(combine, [m])],
        });
        check(spec, [random(m * n), output(combine, m)], 1e-4);
      }
    }
  });

  it("combines columns", () => {
    for (const combine of combines) {
      for (const [m, n] of [
        [1, 4],
        [5, 3],
        [4, 7],
        [16, 5],
        [10, 33],
        [103, 40],
        [501, 2],
        [7, 300],
      ] as const) {
        const spec = reduce({
          space: [n],
          reduced: [m],
          combine,
          inputs: [strided([1, n])],
          expr: identity,
          epilogueInputs: [],
          epilogue: identity,
          outputs: [plain(combine, [n])],
        });
        check(spec, [random(m * n), output(combine, n)], 1e-4);
      }
    }
  });

  it("combines windows, outer and inner dimensions together", () => {
    for (const combine of combines) {
      for (const [n, h, w, c] of [
        [2, 4, 6, 3],
        [1, 7, 5, 8],
        [3, 9, 9, 1],
      ] as const) {
        const [oh, ow] = [Math.floor(h / 2), Math.floor(w / 2)];
        const pool = reduce({
          space: [n, oh, ow, c],
          reduced: [2, 2],
          combine,
          inputs: [strided([h * w * c, 2 * w * c, 2 * c, 1, w * c, c])],
          expr: identity,
          epilogueInputs: [],
          epilogue: identity,
          outputs: [plain(combine, [n, oh, ow, c])],
        });
        check(pool, [random(n * h * w * c), output(combine, n * oh * ow * c)]);
        const channels = reduce({
          space: [c],
          reduced: [n, h - 1, w],
          combine,
          inputs: [strided([1, h * w * c, w * c, c])],
          expr: identity,
          epilogueInputs: [],
          epilogue: identity,
          outputs: [plain(combine, [c])],
        });
        check(channels, [random(n * h * w * c), output(combine, c)]);
        const outer = reduce({
          space: [h],
          reduced: [n, w, c],
          combine,
          inputs: [strided([w * c, h * w * c, c, 1])],
          expr: identity,
          epilogueInputs: [],
          epilogue: identity,
          outputs: [plain(combine, [h])],
        });
        check(outer, [random(n * h * w * c), output(combine, h)]);
      }
    }
  });

  it("computes before and after", () => {
    for (const [m, n] of [
      [3, 7],
      [8, 8],
      [5, 130],
    ] as const) {
      for (const rows of [true, false]) {
        const [kept, other] = rows ? [m, n] : [n, m];
        const spec = reduce({
          space: [kept],
          reduced: [other],
          combine: "sum",
          inputs: [strided(rows ? [n, 1] : [1, n]), strided(rows ? [0, 1] : [0, 1]), strided([1, 0])],
          expr: expr(
            [
              ["sub", [0, 1]],
              ["mul", [3, 2]],
              ["square", [4]],
            ],
            3,
          ),
          epilogueInputs: [strided([1]), strided([0])],
          epilogue: expr(
            [
              ["mul", [0, 2]],
              ["add", [3, 1]],
            ],
            3,
            [4, 0],
          ),
          outputs: [strided([1]), strided([2])],
        });
        check(spec, [
          random(m * n, 1),
          random(other, 2),
          random(kept, 3),
          random(kept, 4),
          random(1, 5),
          new Float32Array(kept),
          new Float32Array(2 * kept),
        ]);
      }
    }
  });

  it("lets NaN and the first of equals win", () => {
    for (const combine of combines) {
      const [m, n] = [5, 21];
      const data = Float32Array.from(random(m * n), (value) => Math.round(value * 2));
      data[n + 7] = Number.NaN;
      data[n + 12] = Number.NaN;
      data.fill(Number.NEGATIVE_INFINITY, 2 * n, 3 * n);
      data.fill(Number.POSITIVE_INFINITY, 3 * n, 4 * n);
      if (combine === "sum" || combine === "prod") data.fill(1, 2 * n, 4 * n);
      for (const strides of [
        [n, 1],
        [1, m],
      ]) {
        const spec = reduce({
          space: [m],
          reduced: [n],
          combine,
          inputs: [strided(strides)],
          expr: identity,
          epilogueInputs: [],
          epilogue: identity,
          outputs: [plain(combine, [m])],
        });
        check(spec, [data, output(combine, m)]);
      }
    }
  });
});
