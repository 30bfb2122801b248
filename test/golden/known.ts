// What of a fixture's model this library can't build yet.

import { layers } from "../../lib/index.js";

/** A model's JSON as an object, however the fixture holds it. */
export const parsed = (json: unknown): Record<string, unknown> =>
  (typeof json === "string" ? JSON.parse(json) : json) as Record<string, unknown>;

/** Class names of layers in a model's JSON that nobody here knows. */
export function unknownClasses(json: unknown): string[] {
  const known = new Set(layers.names());
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const item = value as { module?: unknown; class_name?: unknown };
    const isLayer =
      typeof item.class_name === "string" &&
      (item.module === "keras.layers" || item.module === "keras.src.models.functional");
    if (isLayer && !known.has(item.class_name as string)) found.add(item.class_name as string);
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(json);
  return [...found];
}
