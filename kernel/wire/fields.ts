// Fields of a request's content, checked: a front end may send anything.

import type { Json } from "./messages.js";

/** Told to whoever sent the request. */
export class RequestError extends Error {
  override name = "RequestError";
}

/** A string; `fallback` when the field is missing. */
export function text(content: Json, name: string, fallback?: string): string {
  const value = content[name] ?? fallback;
  if (typeof value !== "string") throw new RequestError(`"${name}" must be a string, received ${kindOf(value)}`);
  return value;
}

/** A whole number; null when the field is missing or null. */
export function integer(content: Json, name: string): number | null {
  const value = content[name] ?? null;
  if (value === null) return null;
  if (typeof value !== "number") throw new RequestError(`"${name}" must be a number, received ${kindOf(value)}`);
  return Math.trunc(value);
}

/** Strings by name; none when the field is missing. */
export function texts(content: Json, name: string): Record<string, string> {
  const value = content[name] ?? {};
  if (typeof value !== "object" || Array.isArray(value))
    throw new RequestError(`"${name}" must be an object of strings, received ${kindOf(value)}`);
  const found = value as Json;
  return Object.fromEntries(Object.keys(found).map((key) => [key, text(found, key)]));
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
