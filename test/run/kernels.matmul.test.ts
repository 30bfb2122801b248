import type { MatmulSpec } from "../../lib/plan/program.js";
import { check, dense, expr, identity, random, strided } from "./kernels.harness.js";

const matmul = (spec: Partial<MatmulSpec> & Pick<MatmulSpec, "m" | "n" | "k" | "a" | "b" | "outputs">): MatmulSpec => ({
  family: "matmul",
  batch: [],
  epilogueInputs: [],
  epilogue: identity,
  ...spec,
});

const sizes = [
  [1, 1, 1],
  [4, 8, 4],
  [5, 9, 3],
  [3, 7, 33],
  [8, 64, 100],
  [13, 10, 37],
  [17, 40, 50],
  [1, 100, 40],
  [2, 33, 65],
  [100, 1, 41],
  [6, 3, 1000],
  [40, 50, 700],
  [9, 16, 390],
  [70, 300, 400],
  [530, 9, 390],
  [66, 170, 400],
  [8, 40, 8000],
] as const;

describe("matmul kernels", () => {
  it("multiplies in every orientation", () => {
    for (const [m, n, k] of sizes) {
      const [a, b] = [random(m * k, 1), random(k * n, 2)];
      const lay = (rows: number, columns: number, turned: number) => strided(turned ? [1, rows] : [columns, 1]);
      for (let way = 0; way < 8; way++) {
        const spec = matmul({
          m: [m],
          n: [n],
          k: [k],
          a: lay(m, k, way & 1),
          b: lay(k, n, way & 2),
          outputs: [lay(m, n, way & 4)],
        });
        check(spec, [a, b, new Float32Array(m * n)], 1e-4);
      }
    }
  });

  it("follows odd strides", () => {
    for (const [m, n, k] of sizes) {
      const spec = matmul({
        m: [m],
        n: [n],
        k: [k],
        a: strided([-2 * k, 2], 2 * k * (m - 1)),
        b: strided([-3 * n, 3], 3 * n * (k - 1)),
        outputs: [strided([2 * n, 2], 1)],
      });
      check(spec, [random(2 * m * k, 1), random(3 * k * n, 2), new Float32Array(2 * m * n + 1)], 1e-4);
    }
  });

  it("does batches, also with a shared operand", () => {
    for (const [m, n, k] of [
      [3, 5, 7],
      [8, 16, 4],
      [5, 20, 400],
    ] as const) {
      const [batch, heads] = [3, 2];
      const data = [random(6 * m * k, 1), random(6 * k * n, 2), new Float32Array(6 * m * n)];
      const own = matmul({
        batch: [batch, heads],
        m: [m],
        n: [n],
        k: [k],
        a: dense([batch, heads, m, k]),
        b: dense([batch, heads, k, n]),
        outputs: [dense([batch, heads, m, n])],
      });
      check(own, data, 1e-4);
      check({ ...own, b: strided([0, 0, n, 1]) }, data, 1e-4);
      check({ ...own, b: strided([0, k * n, n, 1]) }, data, 1e-4);
      check({ ...own, a: strided([0, 0, k, 1]), outputs: [strided([m * heads * n, n, heads * n, 1])] }, data, 1e-4);
    }
  });

  it("applies an epilogue with rows, columns, numbers and counters", () => {
    for (const [m, n, k] of sizes) {
      for (const turned of [false, true]) {
        const lay = turned ? strided([1, m]) : strided([n, 1]);
        const spec = matmul({
          m: [m],
          n: [n],
          k: [k],
          a: strided([k, 1]),
          b: strided(turned ? [1, k] : [n, 1]),
          epilogueInputs: [
            strided([0, 1]),
            strided([1, 0]),
            strided([0, 0], 1),
            { dtype: "int32", strides: [n, 1], offset: 5, virtual: true },
            lay,
          ],
          epilogue: expr(
            [
              ["add", [0, 1]],
              ["mul", [6, 2]],
              ["relu", [7]],
              ["float", [4]],
              ["fma", [9, 3, 8]],
              ["sub", [10, 5]],
              ["negative", [0], "bool"],
            ],
            6,
            [11, 12],
          ),
          outputs: [lay, { ...lay, dtype: "bool" }],
        });
        // The sign of a product that is nearly 0 is not certain: whole numbers are exact.
        const whole = (length: number, seed: number) => random(length, seed).map((value) => Math.round(value * 8));
        const data = [whole(m * k, 1), whole(k * n, 2), whole(n, 3), whole(m, 4), whole(2, 5), whole(m * n, 6)];
        check(spec, [...data, new Float32Array(m * n), new Int32Array(m * n)], 1e-4);
      }
    }
  });

  it("updates in place", () => {
    for (const [m, n, k] of [
      [30, 12, 8],
      [9, 17, 3],
      [64, 20, 400],
      [7, 9, 500],
    ] as const) {
      const lay = dense([m, n]);
      const spec = matmul({
        m: [m],
        n: [n],
        k: [k],
        a: strided([1, m]),
        b: strided([n, 1]),
        epilogueInputs: [lay, lay, strided([0, 0])],
        epilogue: expr(
          [
            ["fma", [2, 3, 0]],
            ["fma", [4, 3, 1]],
          ],
          4,
          [5, 4],
        ),
        outputs: [lay, lay],
      });
      const [w, v] = [random(m * n, 3), random(m * n, 4)];
      check(spec, [random(m * k, 1), random(k * n, 2), w, v, random(1, 5), w, v], 1e-4);
    }
  });

  it("convolves windows, and their gradients", () => {
    for (const [n, h, w, c, f, kh, kw, s] of [
      [2, 6, 7, 4, 8, 3, 3, 1],
      [1, 9, 9, 1, 6, 3, 3, 1],
      [2, 8, 8, 3, 5, 2, 2, 2],
      [1, 5, 30, 2, 9, 1, 5, 1],
      [2, 12, 12, 50, 12, 3, 3, 1],
    ] as const) {
      const [oh, ow] = [Math.floor((h - kh) / s) + 1, Math.floor((w - kw) / s) + 1];
      const [image, kernel, out] = [n * h * w * c, kh * kw * c * f, n * oh * ow * f];
      const window = [h * w * c, s * w * c, s * c];
      const inside = [w * c, c, 1];
      const forward = matmul({
        m: [n, oh, ow],
        n: [f],
        k: [kh, kw, c],
        a: strided([...window, ...inside]),
        b: strided([kw * c * f, c * f, f, 1]),
        epilogueInputs: [strided([0, 0, 0, 1])],
        epilogue: expr(
          [
            ["add", [0, 1]],
            ["relu", [2]],
          ],
          2,
        ),
        outputs: [dense([n, oh, ow, f])],
      });
      check(forward, [random(image, 1), random(kernel, 2), random(f, 3), new Float32Array(out)], 1e-4);
      const weights = matmul({
        m: [kh, kw, c],
        n: [f],
        k: [n, oh, ow],
        a: strided([...inside, ...window]),
        b: strided([oh * ow * f, ow * f, f, 1]),
        outputs: [dense([kh, kw, c, f])],
      });
      check(weights, [random(image, 1), random(out, 2), new Float32Array(kernel)], 1e-4);
      // The gradient of the image, stride 1: windows of a padded gradient with the kernel turned around.
      if (s !== 1) continue;
      const [ph, pw] = [oh + 2 * (kh - 1), ow + 2 * (kw - 1)];
      const back = matmul({
        m: [n, h, w],
        n: [c],
        k: [kh, kw, f],
        a: strided([ph * pw * f, pw * f, f, pw * f, f, 1]),
        b: strided([-kw * c * f, -c * f, 1, f], kernel - c * f),
        outputs: [dense([n, h, w, c])],
      });
      check(back, [random(n * ph * pw * f, 1), random(kernel, 2), new Float32Array(n * h * w * c)], 1e-4);
      // Columns that are windows.
      const columns = matmul({
        m: [f],
        n: [kh, kw, c],
        k: [n, oh, ow],
        a: strided([1, oh * ow * f, ow * f, f]),
        b: strided([...window, ...inside]),
        outputs: [dense([f, kh, kw, c])],
      });
      check(columns, [random(out, 1), random(image, 2), new Float32Array(kernel)], 1e-4);
    }
  });

  it("does nothing for nothing, and gives zeros for an empty depth", () => {
    check(matmul({ m: [0], n: [3], k: [4], a: dense([0, 4]), b: dense([4, 3]), outputs: [dense([0, 3])] }), [
      random(4),
      random(12),
      new Float32Array(1),
    ]);
    check(matmul({ m: [3], n: [5], k: [0], a: dense([3, 0]), b: dense([0, 5]), outputs: [dense([3, 5])] }), [
      random(1),
      random(1),
      random(15),
    ]);
  });
});
