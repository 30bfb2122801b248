// What a client is told when a request can't be done: an HTTP status and a sentence.

export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** An object, from whatever was sent. */
export function objectOf(value: unknown, what = "the body"): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Refusal(400, `${what} must be a JSON object`);
}

/** A string; undefined when it is missing or null. */
export function textOf(object: Record<string, unknown>, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new Refusal(400, `"${name}" must be a string, received ${typeof value}`);
  return value;
}
