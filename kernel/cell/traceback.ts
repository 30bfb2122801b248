// A thrown value in, the error a notebook shows out: its message, the user's own frames, their lines with a caret, its causes.

import { readFileSync } from "node:fs";
import { inspect, types } from "node:util";
import type { CellError } from "./cells.js";
import { excerpt, placeText, red } from "./excerpt.js";
import { type Frame, sourceText, userFrames } from "./stack.js";

const framesAtMost = 8;
const causesAtMost = 5;

export function describeError(thrown: unknown): CellError {
  const { name, message } = nameAndMessage(thrown);
  return { name, message, traceback: lines(thrown, 0, new Set()), thrown };
}

function nameAndMessage(thrown: unknown): { name: string; message: string } {
  if (!isError(thrown)) return { name: "Thrown", message: short(thrown) };
  return {
    name: text(thrown, "name") || text(thrown.constructor, "name") || "Error",
    message: text(thrown, "message"),
  };
}

function lines(thrown: unknown, depth: number, seen: Set<unknown>): string[] {
  const { name, message } = nameAndMessage(thrown);
  const [first = "", ...rest] = message.split("\n");
  const out = [first ? `${red(name)}: ${first}` : red(name), ...rest];
  if (!isError(thrown)) return out;
  seen.add(thrown);
  const frames = userFrames(text(thrown, "stack"));
  for (const frame of frames.slice(0, framesAtMost)) out.push(...frameLines(frame));
  if (frames.length > framesAtMost) out.push(`  … and ${frames.length - framesAtMost} more`);
  const inner = (title: string, cause: unknown): void => {
    if (depth >= causesAtMost || seen.has(cause)) return;
    const [head = "", ...others] = lines(cause, depth + 1, seen);
    out.push(`${title} ${head}`, ...others.map((line) => `  ${line}`));
  };
  if (thrown.cause !== undefined) inner("caused by", thrown.cause);
  const { errors } = thrown as { errors?: unknown };
  if (Array.isArray(errors)) errors.slice(0, causesAtMost).forEach((one, i) => inner(`[${i}]`, one));
  return out;
}

function frameLines(frame: Frame): string[] {
  const inside = frame.name && !frame.name.includes("<anonymous>") ? `, in ${frame.name}` : "";
  const source = sourceText(frame.source) ?? read(frame.source);
  return [
    `  at ${placeText(frame.source, frame.line)}${inside}`,
    ...(source === undefined ? [] : excerpt(source, frame.line, frame.column)),
  ];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error;
}

/** A property as text, whatever getters do. */
function text(of: unknown, property: string): string {
  try {
    const value = (of as Record<string, unknown>)[property];
    return typeof value === "string" ? value : value === undefined || value === null ? "" : short(value);
  } catch {
    return "";
  }
}

function short(value: unknown): string {
  try {
    return typeof value === "string" ? value : inspect(value, { depth: 2, breakLength: 100 });
  } catch {
    return "a value that can't be shown";
  }
}
