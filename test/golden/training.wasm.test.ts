import { WasmBackend } from "../../lib/backend/wasm.js";
import { describeCases, type Evaluate, onBackend } from "./training.js";

describe("golden cases of training on the worker pool", () => {
  let backend: WasmBackend;
  before(() => {
    backend = new WasmBackend({ threads: 2 });
  });
  after(() => backend.dispose());

  const evaluate: Evaluate = (outputs, feeds) => onBackend(backend)(outputs, feeds);
  for (const kind of ["loss", "metric", "optimizer", "schedule"] as const)
    describeCases(kind, evaluate, "the worker pool");
});
