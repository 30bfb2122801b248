// Law 3, for every op, on 1, 2 and 3 workers.

import { WasmBackend } from "../../lib/backend/wasm.js";
import { allOps } from "../../lib/catalog/ops/index.js";
import type { Op } from "../../lib/graph/op.js";
import { checkKernels } from "./kernelLaw.js";

const workers = [1, 2, 3];

describe("law: kernel = reference", () => {
  const backends = workers.map((threads) => new WasmBackend({ threads }));
  after(async () => {
    for (const backend of backends) await backend.dispose();
  });
  for (const op of allOps as unknown as readonly Op[]) it(op.name, () => checkKernels(op, backends));
});
