// Files, folders and notebooks as Jupyter's contents models (https://jupyter-server.readthedocs.io/en/stable/developers/contents.html).

import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { access, constants, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseNotebook } from "../../notebook/format.js";
import type { Json } from "../../wire/messages.js";
import { Refusal } from "../refusal.js";
import { faultOf, type Root } from "./paths.js";
import type { Trust } from "./trust.js";

/** Larger ones can't be handled as one text. */
export const largestFileBytes: number = 128 * 1024 * 1024;

export type Kind = "notebook" | "file" | "directory";

export interface Wanted {
  readonly content: boolean;
  readonly hash: boolean;
  readonly type?: string | undefined;
  readonly format?: string | undefined;
}

const mimeTypes: Readonly<Record<string, string>> = {
  css: "text/css",
  csv: "text/csv",
  gif: "image/gif",
  htm: "text/html",
  html: "text/html",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  map: "application/json",
  md: "text/markdown",
  mjs: "text/javascript",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  ts: "text/x-typescript",
  txt: "text/plain",
  wasm: "application/wasm",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
};

export function mimeTypeOf(name: string): string | null {
  return mimeTypes[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? null;
}

export function kindOf(name: string, stats: Stats): Kind {
  if (stats.isDirectory()) return "directory";
  return name.endsWith(".ipynb") ? "notebook" : "file";
}

/** Numbers of files, folders, sockets and whatever else a folder may hold: only the first two are served. */
export async function statOf(file: string, path: string): Promise<Stats> {
  const stats = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR")
      throw new Refusal(404, `there is no ${JSON.stringify(path)}`);
    throw error;
  });
  if (stats.isFile() || stats.isDirectory()) return stats;
  throw new Refusal(400, `${JSON.stringify(path)} is neither a file nor a folder`);
}

export async function readModel(root: Root, trust: Trust, names: readonly string[], wanted: Wanted): Promise<Json> {
  const path = names.join("/");
  const file = await root.file(names);
  const stats = await statOf(file, path);
  const kind = kindOf(names.at(-1) ?? "", stats);
  checkKind(path, kind, wanted.type);
  const model = await bareModel(file, names, stats, wanted.type === "file" ? "file" : kind);
  if (kind === "directory") return wanted.content ? withListing(root, names, file, model) : model;
  if (!wanted.content && !wanted.hash) return model;
  if (stats.size > largestFileBytes)
    throw new Refusal(413, `${JSON.stringify(path)} has more than ${largestFileBytes / 2 ** 20} MB`);
  const bytes = await readFile(file);
  if (wanted.hash) Object.assign(model, hashOf(bytes));
  if (!wanted.content) return model;
  if (model["type"] === "notebook") {
    const text = bytes.toString();
    return { ...model, format: "json", mimetype: null, content: await trust.mark(parseNotebook(text), text) };
  }
  return { ...model, ...textOrBase64(bytes, wanted.format, path) };
}

/** Without content. */
export async function bareModel(file: string, names: readonly string[], stats: Stats, kind: Kind): Promise<Json> {
  const name = names.at(-1) ?? "";
  return {
    name,
    path: names.join("/"),
    type: kind,
    created: stats.birthtime.toISOString(),
    last_modified: stats.mtime.toISOString(),
    size: kind === "directory" ? null : stats.size,
    writable: await access(file, constants.W_OK).then(
      () => true,
      () => false,
    ),
    mimetype: kind === "file" ? mimeTypeOf(name) : null,
    format: null,
    content: null,
    hash: null,
    hash_algorithm: null,
  };
}

export function hashOf(bytes: Uint8Array | string): { readonly hash: string; readonly hash_algorithm: string } {
  return { hash: createHash("sha256").update(bytes).digest("hex"), hash_algorithm: "sha256" };
}

function checkKind(path: string, kind: Kind, type: string | undefined): void {
  if (type === undefined || type === kind || (type === "file" && kind === "notebook")) return;
  throw new Refusal(400, `${JSON.stringify(path)} is a ${kind}, not a ${type}`);
}

async function withListing(root: Root, names: readonly string[], folder: string, model: Json): Promise<Json> {
  const found = (await readdir(folder)).filter((name) => faultOf(name) === null).sort();
  const models = await Promise.all(
    found.map(async (name) => {
      try {
        const file = await root.file([...names, name]);
        const stats = await statOf(file, name);
        return await bareModel(join(file), [...names, name], stats, kindOf(name, stats));
      } catch {
        // A link that leads out, a socket, a file that has just gone.
        return null;
      }
    }),
  );
  return { ...model, format: "json", content: models.filter((one) => one !== null) };
}

function textOrBase64(bytes: Buffer, format: string | undefined, path: string): Json {
  if (format !== "base64") {
    const text = bytes.toString();
    // As bytes again, since what isn't UTF-8 becomes a replacement character.
    if (Buffer.from(text).equals(bytes)) return { format: "text", content: text };
    if (format === "text") throw new Refusal(400, `${JSON.stringify(path)} isn't text in UTF-8`);
  }
  return { format: "base64", content: bytes.toString("base64") };
}

/** The bytes that a front end wants written, of a file. */
export function bytesOf(model: Json): Buffer {
  const { content, format } = model;
  if (typeof content !== "string") throw new Refusal(400, `the content of a file must be a string`);
  if (format === "base64") {
    if (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) return Buffer.from(content, "base64");
    throw new Refusal(400, "the content isn't base64");
  }
  if (format === "text" || format === undefined || format === null) return Buffer.from(content);
  throw new Refusal(400, `the format of a file is "text" or "base64", received ${JSON.stringify(format)}`);
}
