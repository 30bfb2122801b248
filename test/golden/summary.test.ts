// Summaries against Keras's own, to the character.

import assert from "node:assert/strict";
import { layers, modelFromJSON } from "../../lib/index.js";
import { cases } from "./read.js";

/** Class names in a model's JSON that nobody here knows; bare ops aside. */
export function unknownClasses(json: unknown): string[] {
  const known = new Set(layers.names());
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const item = value as { module?: unknown; class_name?: unknown };
    const isLayer = typeof item.class_name === "string" && (item.module === "keras.layers" || item.module === "keras.src.models.functional");
    if (isLayer && !known.has(item.class_name as string)) found.add(item.class_name as string);
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(json);
  return [...found];
}

const parsed = (json: unknown): Record<string, unknown> => (typeof json === "string" ? JSON.parse(json) : json) as Record<string, unknown>;

describe("golden: summaries", () => {
  for (const c of cases("summary")) {
    const missing = unknownClasses(parsed(c["model_json"]));
    for (const [version, { args, text }] of Object.entries(c["texts"] as Record<string, { args: Record<string, unknown>; text: string }>)) {
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
