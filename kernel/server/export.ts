// /nbconvert: notebooks as pages that work without the server, for download.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { FastifyInstance } from "fastify";
import { notebookOf } from "../notebook/format.js";
import { namesAfter } from "./address.js";
import type { Contents } from "./contents/contents.js";
import { namesOfUrl, Root } from "./contents/paths.js";
import { fileHeaders } from "./headers.js";

export function addExport(app: FastifyInstance, contents: Contents): void {
  app.get("/api/nbconvert", async () => ({ html: { output_mimetype: "text/html" } }));
  app.get("/nbconvert/html/*", async (request, reply) => {
    const names = namesAfter("/nbconvert/html", request);
    const { content } = await contents.read(names, { content: true, hash: false, type: "notebook" });
    const name = basename(names.at(-1) ?? "", ".ipynb");
    const { notebookHtml } = await import("../html/index.js");
    const picture = picturesBeside(contents.root, names.slice(0, -1));
    const html = await notebookHtml(notebookOf(content), { name, picture });
    // Only ever as a file: opened here, its scripts would speak to the server.
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.html`)}`;
    return reply
      .headers({ ...fileHeaders, "Content-Disposition": disposition })
      .type("text/html; charset=utf-8")
      .send(html);
  });
}

/** Pictures in a folder of the root, none from outside of it. */
function picturesBeside(root: Root, folder: readonly string[]): (path: string) => Promise<Uint8Array | null> {
  return async (path) => {
    try {
      return await readFile(await root.file([...folder, ...namesOfUrl(path)]));
    } catch {
      // Not there, or not to be read: the page shows what stands for it.
      return null;
    }
  };
}

/** Pictures in a folder and below. */
export async function picturesIn(folder: string): Promise<(path: string) => Promise<Uint8Array | null>> {
  return picturesBeside(await Root.open(folder), []);
}
