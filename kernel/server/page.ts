// The page in the browser: the files of one folder, index.html for addresses without a file; and pictures and downloads from
// the folder that is served.

import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { namesAfter } from "./address.js";
import { mimeTypeOf, statOf } from "./contents/models.js";
import { Root } from "./contents/paths.js";
import type { Gate } from "./gate.js";
import { fileHeaders, pageHeaders } from "./headers.js";
import { Refusal } from "./refusal.js";

/** Stands in index.html where the nonce of its scripts goes. */
const nonceMark = "{{nonce}}";

export function addFiles(app: FastifyInstance, root: Root): void {
  app.get("/files/*", async (request, reply) => {
    const names = namesAfter("/files", request);
    const download = (request.query as Record<string, unknown>)["download"] !== undefined;
    return sendFile(request, reply, root, names, { ...fileHeaders, ...(download ? attachment(names) : {}) });
  });
}

export async function addPage(app: FastifyInstance, folder: string, gate: Gate): Promise<void> {
  const root = await Root.open(folder);
  app.get("/*", async (request, reply) => {
    const names = namesAfter("", request);
    // Its own files lie side by side; what is deeper names a notebook or folder for its script.
    const [name = ""] = names;
    if (names.length === 1 && /\.\w+$/.test(name) && name !== "index.html")
      return sendFile(request, reply, root, names, pageHeaders(""));
    const nonce = randomBytes(18).toString("base64");
    if (byQuery(request)) reply.header("Set-Cookie", gate.setCookie);
    const html = await readFile(await root.file(["index.html"]), "utf8");
    return reply.headers(pageHeaders(nonce)).type("text/html; charset=utf-8").send(html.replaceAll(nonceMark, nonce));
  });
}

/** The gate has let this request in by the token in its address. */
export function byQuery(request: FastifyRequest): boolean {
  return (request as { byQuery?: boolean }).byQuery === true;
}

function attachment(names: readonly string[]): Record<string, string> {
  return { "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(names.at(-1) ?? "")}` };
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  root: Root,
  names: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const file = await root.file(names);
  const stats = await statOf(file, names.join("/"));
  if (!stats.isFile()) throw new Refusal(404, "there is a folder, not a file");
  const etag = `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs).toString(36)}"`;
  reply.headers(headers).header("ETag", etag);
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  const type = mimeTypeOf(names.at(-1) ?? "") ?? "application/octet-stream";
  reply.type(type.startsWith("text/") ? `${type}; charset=utf-8` : type).header("Content-Length", stats.size);
  return reply.send(createReadStream(file));
}
