// Law 3, for every op, on 1, 2 and 3 workers.

import fc from "fast-check";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { allOps } from "../../lib/catalog/ops/index.js";
import type { Op } from "../../lib/graph/op.js";
import { checkKernels, checkStep, randomFeeds } from "./kernelLaw.js";
import { randomStep } from "./randomStep.js";

const workers = [1, 2, 3];

describe("law: kernel = reference", () => {
  const backends = workers.map((threads) => new WasmBackend({ threads }));
  after(async () => {
    for (const backend of backends) await backend.dispose();
  });
  for (const op of allOps as unknown as readonly Op[]) it(op.name, () => checkKernels(op, backends));

  it("of random steps, which fuse as they like", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(9999), { minLength: 4, maxLength: 30 }),
        fc.constantFrom(5, 33),
        (choices, size) => {
          const graph = randomStep(choices, size);
          return checkStep(graph, randomFeeds(graph, [-0.5, 0.5]), backends, 1e-5);
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });
});
