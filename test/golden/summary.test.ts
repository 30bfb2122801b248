// Summaries against Keras's own, to the character.

import assert from "node:assert/strict";
import { modelFromJSON } from "../../lib/index.js";
import { parsed, unknownClasses } from "./known.js";
import { cases } from "./read.js";

describe("golden: summaries", () => {
  for (const c of cases("summary")) {
    const missing = unknownClasses(parsed(c["model_json"]));
    for (const [version, { args, text }] of Object.entries(
      c["texts"] as Record<string, { args: Record<string, unknown>; text: string }>,
    )) {
      it(`${c.id} ${version}`, function () {
        if (missing.length > 0) {
          console.log(`      ${c.id}: no layer ${missing.join(", ")} yet`);
          this.skip();
        }
        const model = modelFromJSON(parsed(c["model_json"]));
        const made = model.summary({
          print: () => undefined,
          columns: c["terminal_columns"] as number,
          expandNested: args["expand_nested"] === true,
          showTrainable: args["show_trainable"] === true,
          ...(typeof args["line_length"] === "number" ? { lineLength: args["line_length"] } : {}),
        });
        assert.equal(made.trimEnd(), text.trimEnd());
        assert.equal(model.countParams(), c["count_params"]);
      });
    }
  }
});
