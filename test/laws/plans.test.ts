// Law 4: no two values that live at the same time share memory in a plan, and workers never meet at a word by accident. Over the
// steps of the models of the fixtures, of a weight in shards, and of random graphs, with weights in one segment and in three.

import { expect } from "chai";
import fc from "fast-check";
import type { StepGraph } from "../../lib/backend/backend.js";
import { matmul, tanh, transpose } from "../../lib/catalog/ops/index.js";
import { placeholder } from "../../lib/graph/tensor.js";
import { dense, input, model, modelFromJSON } from "../../lib/index.js";
import type { Buffer, Program, Step } from "../../lib/plan/program.js";
import { compileOptionsOf, parsed, unknownClasses } from "../golden/known.js";
import { cases } from "../golden/read.js";
import { planFaults } from "./planLaw.js";
import { randomStep } from "./randomStep.js";
import { type AnyModel, programOf, stepOf } from "./steps.js";

/** Throws what is wrong with the step's plans. */
function checkPlans(graph: StepGraph): void {
  for (const segments of [1, 3]) {
    const faults = planFaults(programOf(graph, segments));
    if (faults.length > 0) throw new Error([`in ${segments} segments:`, ...faults].join("\n"));
  }
}

describe("law: live values never share memory", () => {
  for (const golden of cases("model")) {
    const unknown = unknownClasses(parsed(golden["model_json"]));
    it(`${golden.id}${unknown.length > 0 ? ` (skipped: no layer ${unknown.join(", ")} yet)` : ""}`, function () {
      if (unknown.length > 0) this.skip();
      for (const kind of ["train", "test", "predict"] as const) {
        const made = modelFromJSON(parsed(golden["model_json"])) as AnyModel;
        const { graph } = stepOf(kind, made, compileOptionsOf(golden), golden["batch_size"]);
        checkPlans(graph);
      }
    });
  }

  it("of a weight cut into shards", () => {
    const x = input([70_000]);
    const made = model({ inputs: x, outputs: dense(1)(dense(1000)(x)) }) as AnyModel;
    const { graph } = stepOf("train", made, { optimizer: "adam", loss: "mse" }, 2);
    const program = programOf(graph, 3);
    expect(program.arenaBytes.length).equal(3);
    expect(copiesIn(program.steps), "copies between segments").greaterThan(3);
    expect(planFaults(program)).deep.equal([]);
  });

  it("of random graphs", () => {
    let shared = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(9999), { minLength: 4, maxLength: 40 }), fc.constantFrom(6, 40), (choices, size) => {
        const graph = randomStep(choices, size);
        shared += sharedPlaces(programOf(graph, 1));
        checkPlans(graph);
      }),
      { numRuns: 60, seed: 7 },
    );
    // Else the law would hold for a planner that never shares.
    expect(shared, "places that several values share, one after the other").greaterThan(100);
  });

  describe("what is wrong is caught:", () => {
    const x = placeholder([80, 80], "float32", "x");
    const y = matmul(tanh(matmul(x, x)), x);
    const z = matmul(transpose(y), tanh(matmul(y, x)));
    const program = programOf({ name: "two", inputs: [x], outputs: [z], updates: new Map() }, 1);
    const withBuffers = (change: (buffer: Buffer) => Buffer): Program => ({
      ...program,
      buffers: program.buffers.map((buffer) => (buffer.home === "arena" ? change(buffer) : buffer)),
    });

    it("nothing, in the program as it is", () => {
      expect(planFaults(program)).deep.equal([]);
      expect(program.steps.filter(({ kind }) => kind === "barrier").length).greaterThan(1);
    });
    it("two values in one place", () => {
      expect(planFaults(withBuffers((buffer) => ({ ...buffer, byteOffset: 0 }))).join()).match(
        /where .* is|over what it/,
      );
    });
    it("two values that overlap by one number", () => {
      const arena = program.buffers.filter(({ home }) => home === "arena");
      const last = Math.max(...arena.map(({ byteOffset }) => byteOffset));
      const moved = withBuffers((buffer) =>
        buffer.byteOffset === last ? { ...buffer, byteOffset: last - 4 } : buffer,
      );
      expect(planFaults(moved).join()).match(/where .* is|over what it/);
    });
    it("a buffer that is too small", () => {
      expect(planFaults(withBuffers((buffer) => ({ ...buffer, bytes: buffer.bytes - 4 }))).join()).match(
        /touches words/,
      );
    });
    it("each barrier that is missing", () => {
      program.steps.forEach((step, i) => {
        // At the end of a run workers meet anyway.
        if (step.kind !== "barrier" || i === program.steps.length - 1) return;
        const steps = program.steps.filter((_, at) => at !== i);
        expect(planFaults({ ...program, steps }).join(), `barrier ${i}`).match(/while it is/);
      });
    });
    it("a value that is never made", () => {
      const steps = program.steps.filter((_, at) => at !== program.steps.findIndex(({ kind }) => kind === "call"));
      expect(planFaults({ ...program, steps }).join()).match(/where nothing is/);
    });
  });
});

const copiesIn = (steps: readonly Step[]): number =>
  steps.reduce(
    (count, step) => count + (step.kind === "copy" ? 1 : step.kind === "repeat" ? copiesIn(step.steps) : 0),
    0,
  );

/** How many buffers of the arena lie where another one lies too. */
const sharedPlaces = ({ buffers }: Program): number =>
  buffers.filter(
    (a) =>
      a.home === "arena" &&
      buffers.some(
        (b) =>
          b !== a &&
          b.home === "arena" &&
          b.byteOffset < a.byteOffset + a.bytes &&
          a.byteOffset < b.byteOffset + b.bytes,
      ),
  ).length;
