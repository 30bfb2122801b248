// The protocol by which a value says how a notebook shows it.

/** Several forms of one value, by MIME type; JSON types hold data, the others text (images as base64). */
export type MimeBundle = Record<string, unknown>;

/** A method of this name returns a MIME bundle, or a promise of one; Deno's kernel knows it as well. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** A value that can show itself. */
export interface Displayable {
  [jupyterDisplay](): MimeBundle | Promise<MimeBundle>;
}

export function isDisplayable(value: unknown): value is Displayable {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as Partial<Displayable>)[jupyterDisplay] === "function"
  );
}
