// Every layer fixture whose class exists, on the oracle and on the worker pool.

import { WasmBackend } from "../../lib/backend/wasm.js";
import { layers } from "../../lib/catalog/layers/registry.js";
import { runLayerCase } from "./layers.js";
import { cases, type GoldenCase } from "./read.js";
import { type Evaluate, onBackend, onReference } from "./training.js";

const known = new Set(layers.names());

/** Why a case can't run in this version. */
function missing(fixture: GoldenCase): string | null {
  if (!known.has(fixture.class)) return `${fixture.class} isn't in this version`;
  return fixture["config"]?.interpolation === "bilinear" ? "bilinear up-sampling isn't in this version" : null;
}

function describeLayers(evaluate: () => Evaluate): void {
  for (const fixture of cases("layer")) {
    const reason = missing(fixture);
    it(`${fixture.id}${reason ? ` (skipped: ${reason})` : ""}`, async function () {
      if (reason) this.skip();
      await runLayerCase(fixture, evaluate());
    });
  }
}

describe("golden layers on the oracle", () => describeLayers(() => onReference));

describe("golden layers on the worker pool", () => {
  let backend: WasmBackend;
  before(() => {
    backend = new WasmBackend({ threads: 2 });
  });
  after(() => backend.dispose());
  describeLayers(() => onBackend(backend));
});
