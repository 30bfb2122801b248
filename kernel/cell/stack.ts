// Stacks of the user's lines: what runs is emitted JavaScript, what is read is the cell. Installs itself as Error.prepareStackTrace,
// so that every error's stack, and what the library reads from it, names the cell and its own line.

import { findSourceMap, SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import type { SourceMapData } from "./protocol.js";

export interface Frame {
  /** "cell 4", or a file's path. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
}

interface Known {
  readonly source: string;
  readonly text: string;
  readonly data: SourceMapData;
  /** Lines of the script. */
  readonly lines: number;
  map?: SourceMap;
}

/** By script name, the source each came from. */
const scripts = new Map<string, Known>();
/** Sources by the name that frames show. */
const sources = new Map<string, string>();
const machinery: readonly string[] = [
  fileURLToPath(new URL("..", import.meta.url)),
  "/node_modules/tslab/",
  "\\node_modules\\tslab\\",
];

/** From now on, frames of this script are told in the lines of its source. */
export function knowScript(script: string, code: string, data: SourceMapData): void {
  const source = data.sources[0] ?? script;
  const text = data.sourcesContent[0] ?? "";
  scripts.set(script, { source, text, data, lines: code.trimEnd().split("\n").length });
  sources.set(source, text);
}

/** What tells a debugger where a script came from. */
export function mapComment(map: SourceMapData): string {
  const data = Buffer.from(JSON.stringify(map)).toString("base64");
  return `\n//# sourceMappingURL=data:application/json;base64,${data}`;
}

/** Text of a cell or a local file; undefined for files that nobody compiled. */
export function sourceText(source: string): string | undefined {
  return sources.get(source);
}

function userPlace(
  script: string,
  line: number,
  column: number,
): { source: string; line: number; column: number } | null {
  const known = scripts.get(script);
  if (!known) return null;
  known.map ??= new SourceMap(known.data);
  const entry = known.map.findEntry(line - 1, column - 1);
  if (!("originalLine" in entry) || entry.originalLine === undefined) return null;
  return { source: known.source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** A frame as text; null for the kernel's own. */
function frameText(site: NodeJS.CallSite): string | null {
  const script = site.getScriptNameOrSourceURL?.() ?? site.getFileName() ?? "";
  const line = site.getLineNumber() ?? 0;
  const column = site.getColumnNumber() ?? 0;
  const path = script.startsWith("file:") ? fileURLToPath(script) : script;
  if (machinery.some((part) => path.includes(part)) && !path.includes(".test.")) return null;
  // What calls a script's function stands behind its last line.
  if (line > (scripts.get(script)?.lines ?? Number.POSITIVE_INFINITY)) return null;
  const text = String(site);
  const at = `${script}:${line}:${column}`;
  const place = userPlace(script, line, column) ?? mapped(script, line, column);
  return place ? text.replace(at, `${place.source}:${place.line}:${place.column}`) : text;
}

/** Frames of Node's own source maps, which are off for whoever sets Error.prepareStackTrace. */
function mapped(script: string, line: number, column: number): { source: string; line: number; column: number } | null {
  if (!process.execArgv.includes("--enable-source-maps") && !process.env["NODE_OPTIONS"]?.includes("source-maps"))
    return null;
  const entry = findSourceMap(script)?.findEntry(line - 1, column - 1);
  if (!entry || !("originalSource" in entry) || !entry.originalSource) return null;
  return { source: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function prepare(error: unknown, sites: readonly NodeJS.CallSite[]): string {
  const frames: string[] = [];
  for (const site of sites) {
    const text = frameText(site);
    if (text !== null) frames.push(`\n    at ${text}`);
  }
  return header(error) + frames.join("");
}

function header(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** Tells stacks in the user's lines until the returned function is called. */
export function tellUserLines(): () => void {
  const before = Error.prepareStackTrace;
  const limit = Error.stackTraceLimit;
  Error.prepareStackTrace = prepare;
  // The library calls itself deeper than the usual ten frames.
  Error.stackTraceLimit = Math.max(limit, 40);
  return () => {
    if (Error.prepareStackTrace !== prepare) return;
    if (before) Error.prepareStackTrace = before;
    else Reflect.deleteProperty(Error, "prepareStackTrace");
    Error.stackTraceLimit = limit;
  };
}

/** The user's frames of a stack: cells and local files. */
export function userFrames(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const found = /^\s+at (?:(.*?) \()?((?:cell \d+|expression|\/|[A-Za-z]:[\\/]|file:).*?):(\d+):(\d+)\)?$/.exec(line);
    if (!found) continue;
    const [, name = "", place = "", row, column] = found;
    const source = place.startsWith("file:") ? fileURLToPath(place) : place;
    if (/[\\/]node_modules[\\/]/.test(source) || isOwn(source)) continue;
    frames.push({ source, line: Number(row), column: Number(column), name: name.replace(/^async /, "") });
  }
  return frames;
}

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));

function isOwn(path: string): boolean {
  // Sources as well, where source maps tell them.
  return path.startsWith(packageFolder) || path.startsWith(packageFolder.replace(/dist[\\/]$/, "lib"));
}
