// Plain data to JSON text that every reader takes.

/** JSON knows no BigInt and no cycles, and Python can't send half a surrogate pair on: what users publish may hold them all. */
export function stringify(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = JSON.stringify(value, withoutCycles());
  }
  return text === undefined ? "{}" : wellFormed(text);
}

function withoutCycles(): (this: unknown, key: string, inner: unknown) => unknown {
  const above: unknown[] = [];
  return function (_key, inner) {
    if (typeof inner === "bigint") return inner.toString();
    if (typeof inner !== "object" || inner === null) return inner;
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (above.includes(inner)) return "[Circular]";
    above.push(inner);
    return inner;
  };
}

/** JSON.stringify escapes half surrogate pairs, and only those, as \ud8xx to \udfxx. */
function wellFormed(text: string): string {
  if (!text.includes("\\ud")) return text;
  return text.replace(/\\(?:\\|ud[89a-f][0-9a-f]{2})/g, (found) => (found === "\\\\" ? found : "\\ufffd"));
}
