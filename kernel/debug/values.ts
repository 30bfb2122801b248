// Values of the main thread as short text: what a preview shows, so that no code of the user runs.

import type { Runtime } from "node:inspector";
import { inspect } from "node:util";

const longest = 200;
const itemsAtMost = 10;

export function valueText(value: Runtime.RemoteObject): string {
  const { type, subtype, description = "" } = value;
  if (type === "string") return cut(inspect(value.value));
  if (type === "function") return functionText(description);
  if (type !== "object") return value.unserializableValue ?? value.description ?? String(value.value);
  if (subtype === "null") return "null";
  if (subtype === "error") return cut(description.split("\n    at ")[0] ?? description);
  if (subtype === "date" || subtype === "regexp" || !value.preview) return cut(description);
  return cut(previewText(value.preview));
}

export function typeText({ type, subtype, className }: Runtime.RemoteObject): string {
  if (type !== "object") return type;
  return subtype === "null" ? "null" : (className ?? "Object");
}

/** An object with some of what is in it: `Map(2) {'a' => 1, …}`. */
function previewText({ subtype, description = "", properties, entries, overflow }: Runtime.ObjectPreview): string {
  const more = overflow ? ["…"] : [];
  if (subtype === "array" || subtype === "typedarray") {
    const items = properties.filter(({ name }) => /^\d+$/.test(name)).map(partText);
    const head = subtype === "array" ? "" : `${description} `;
    const rest = items.length > itemsAtMost ? ["…"] : more;
    return `${head}[${[...items.slice(0, itemsAtMost), ...rest].join(", ")}]`;
  }
  const head = description === "Object" ? "" : `${description} `;
  const pairs = (entries ?? []).map(({ key, value }) => `${key ? `${shortText(key)} => ` : ""}${shortText(value)}`);
  const parts = properties.filter(({ name }) => !(entries && name === "size"));
  return `${head}{${[...pairs, ...parts.map((part) => `${part.name}: ${partText(part)}`), ...more].join(", ")}}`;
}

function partText({ type, subtype, value = "" }: Runtime.PropertyPreview): string {
  if (type === "string") return inspect(value);
  if (type === "accessor") return "[Getter]";
  if (type === "function") return "[Function]";
  if (type === "object" && subtype !== "null" && value === "Object") return "{…}";
  return value;
}

function shortText({ type, description = "" }: Runtime.ObjectPreview): string {
  return type === "string" ? inspect(description) : description === "Object" ? "{…}" : description;
}

function functionText(description: string): string {
  const first = description.split("\n")[0] ?? "";
  const [, name] = /^class\s+([\w$]+)/.exec(first) ?? [];
  if (first.startsWith("class")) return `[class ${name ?? "(anonymous)"}]`;
  const [, called] = /^(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(first) ?? [];
  return called ? `[Function: ${called}]` : cut(first);
}

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
