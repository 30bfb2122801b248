// What cells get for `import { display } from "tslab"`: tslab's own functions, shown through the notebook's display.

import { randomUUID } from "node:crypto";

type Show = (value: unknown, options?: { readonly id?: string; readonly update?: boolean }) => unknown;

const symbol = Symbol.for("Jupyter.display");

const forms = {
  javascript: "text/javascript",
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  text: "text/plain",
} as const;

function displayThrough(show: Show, id: string | undefined): object {
  let shown = false;
  const raw = (type: string, content: string | Uint8Array): void => {
    const data = typeof content === "string" ? content : Buffer.from(content).toString("base64");
    show({ [symbol]: () => ({ [type]: data }) }, { ...(id ? { id } : {}), update: id !== undefined && shown });
    shown = true;
  };
  const named = Object.entries(forms).map(([name, type]) => [
    name,
    (content: string | Uint8Array) => raw(type, content),
  ]);
  return { ...Object.fromEntries(named), raw };
}

/** `show` is the global `display` of the cells. */
export function tslabModule(show: unknown): object {
  const through: Show = typeof show === "function" ? (show as Show) : (value) => console.log(value);
  return {
    display: displayThrough(through, undefined),
    newDisplay: () => displayThrough(through, randomUUID()),
    versions: { tslab: "1.0.22", typescript: "5.0.4", node: process.version },
  };
}
