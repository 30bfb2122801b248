// The laws have teeth: a wrong gradient, a wrong shape rule and a wrong kernel, each made from a right op, are caught by the very
// functions that hold every op to its laws.

import { expect } from "chai";
import { JsBackend } from "../../lib/backend/js.js";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { allOps, multiply } from "../../lib/catalog/ops/index.js";
import type { Lane, Lanes } from "../../lib/graph/lanes.js";
import type { Op, Sample, Spec } from "../../lib/graph/op.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import type { KernelSpec } from "../../lib/plan/program.js";
import type { KernelFamily } from "../../lib/run/wasm/family.js";
import { families } from "../../lib/run/wasm/kernels/index.js";
import { checkKernels } from "./kernelLaw.js";
import { checkOp } from "./opLaw.js";

function find(name: string): Op {
  const op = (allOps as unknown as readonly Op[]).find((one) => one.name === name);
  if (!op) throw new Error(`no op ${name}`);
  return op;
}

/** The op, tried on these inputs only. */
const on = (op: Op, shapes: readonly (readonly number[])[], attrs: unknown): Op => ({
  ...op,
  samples: (): Sample<unknown>[] => [{ inputs: shapes.map((shape): Spec => ({ shape, dtype: "float32" })), attrs }],
});

/** The message of a check that must not pass. */
const failure = (check: Promise<void>): Promise<string> =>
  check.then(
    () => "passed",
    (error: Error) => error.message,
  );

const lastAxis = { axes: [1], keepdims: false };

/** A matrix product over `k` terms. */
const product = (k: number): Op =>
  on(
    find("dot"),
    [
      [7, k],
      [k, 5],
    ],
    { batchA: [], batchB: [], contractA: [1], contractB: [0] },
  );

/** The last term of every product is left out. */
const forgetLast = (spec: KernelSpec): KernelSpec =>
  spec.family === "matmul" ? { ...spec, k: [...spec.k.slice(0, -1), (spec.k.at(-1) as number) - 1] } : spec;

/** A sum gives the largest term. */
const largest = (spec: KernelSpec): KernelSpec => (spec.family === "reduce" ? { ...spec, combine: "max" } : spec);

/** The first input is taken for all of them. */
const firstOnly = (spec: KernelSpec): KernelSpec =>
  spec.family === "elementwise"
    ? {
        ...spec,
        expr: { ...spec.expr, nodes: spec.expr.nodes.map((node) => ({ ...node, args: node.args.map(() => 0) })) },
      }
    : spec;

describe("law: what is wrong is caught", () => {
  describe("a wrong gradient", () => {
    const caught = (name: string, vjp: Op["vjp"] & object): void => {
      const op = find(name);
      checkOp(op);
      expect(() => checkOp({ ...op, vjp })).throw(/gradient/);
    };
    it("that forgets a factor", () => {
      caught("tanh", ([grad], { outputs: [y] }) => [multiply(grad as Tensor, y as Tensor)]);
    });
    it("that has the wrong sign for one of two inputs", () => {
      caught("subtract", ([grad]) => [grad as Tensor, grad as Tensor]);
    });
    it("that is missing for one of two inputs", () => {
      const { vjp } = find("dot");
      caught("dot", (grads, at) => [vjp?.(grads, at)[0] as Tensor, null]);
    });
    it("that was never written", () => {
      const { vjp: _, ...tanh } = find("tanh");
      expect(() => checkOp(tanh)).throw(/gradient/);
    });
    it("of another shape than the input", () => {
      caught("reshape", ([grad]) => [grad as Tensor]);
    });
  });

  describe("a wrong shape rule", () => {
    for (const [name, change] of [
      ["concatenate", (size: number) => size + 1],
      ["reduceSum", (size: number) => Math.max(1, size - 1)],
      ["exp", (size: number) => size - 1],
      ["gather", (size: number) => size + 2],
    ] as const) {
      it(`of ${name}`, () => {
        const op = find(name);
        checkOp(op);
        const { vjp: _, ...rest } = op;
        const infer: Op["infer"] = (inputs, attrs) =>
          op
            .infer(inputs, attrs)
            .map((spec) => ({ ...spec, shape: [...spec.shape.slice(0, -1), change(spec.shape.at(-1) ?? 2)] }));
        expect(() => checkOp({ ...rest, infer })).throw(/elements? /);
      });
    }
  });

  it("an op without samples", async () => {
    const op: Op = { ...find("exp"), samples: () => [] };
    expect(() => checkOp(op)).throw(/samples/);
    expect(await failure(checkKernels(op, []))).match(/samples/);
  });

  describe("a wrong kernel", () => {
    let backend: WasmBackend;
    before(() => {
      backend = new WasmBackend({ threads: 2 });
    });
    after(() => backend.dispose());

    it("of an op that computes something near", async () => {
      const exp = find("exp") as { -readonly [K in keyof Op]: Op[K] };
      const { emit } = exp;
      // Kernels that were written once are kept: each size here is one that no other test has.
      await checkKernels(on(exp, [[1013]], null), [backend]);
      try {
        exp.emit = (k: Lanes, args: readonly Lane[], attrs: unknown): Lane =>
          k.mul(emit?.(k, args, attrs) as Lane, k.constant(1.001));
        expect(await failure(checkKernels(on(exp, [[1019]], null), [backend]))).match(/element .* reference/);
      } finally {
        if (emit) exp.emit = emit;
      }
    });

    // By family: an op that it computes, and what goes wrong in the code that is written.
    const wrongs: [keyof typeof families, op: Op, wrong: Op, change: (spec: KernelSpec) => KernelSpec][] = [
      ["matmul", product(211), product(223), forgetLast],
      ["reduce", on(find("reduceSum"), [[3, 227]], lastAxis), on(find("reduceSum"), [[3, 229]], lastAxis), largest],
      ["elementwise", on(find("add"), [[233], [233]], null), on(find("add"), [[239], [239]], null), firstOnly],
    ];
    for (const [name, right, wrong, change] of wrongs) {
      it(`of the ${name} family`, async () => {
        const table = families as Record<string, KernelFamily>;
        const family = table[name] as KernelFamily;
        await checkKernels(right, [backend]);
        try {
          table[name] = { ...family, emit: (spec, k, machine) => family.emit(change(spec), k, machine) };
          expect(await failure(checkKernels(wrong, [backend]))).match(/element .* reference/);
        } finally {
          table[name] = family;
        }
      });
    }

    it("whose numbers have another dtype than the shape rule says", async () => {
      const infer: Op["infer"] = ([input]) => [input as Spec];
      expect(await failure(checkKernels({ ...find("isFinite"), infer }, [backend]))).match(/planned to give/);
    });

    it("that reads a view where it does not lie", async () => {
      const transpose = find("transpose");
      const layout: Op["layout"] = (input) => input;
      await checkKernels(transpose, [backend]);
      expect(await failure(checkKernels({ ...transpose, layout }, [backend]))).match(/element .* reference/);
    });

    it("whose bits differ from one backend to the other", async () => {
      expect(await failure(checkKernels(find("softplus"), [backend, new JsBackend()]))).match(/bits differ/);
    });
  });
});
