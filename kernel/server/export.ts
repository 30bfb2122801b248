// /nbconvert: notebooks as pages that work without the server, for download.

import { basename, dirname } from "node:path";
import type { FastifyInstance } from "fastify";
import { namesAfter } from "./address.js";
import type { Contents } from "./contents/contents.js";
import { notebookOf } from "./contents/notebook.js";
import { fileHeaders } from "./headers.js";

export function addExport(app: FastifyInstance, contents: Contents): void {
  app.get("/api/nbconvert", async () => ({ html: { output_mimetype: "text/html" } }));
  app.get("/nbconvert/html/*", async (request, reply) => {
    const names = namesAfter("/nbconvert/html", request);
    const { content } = await contents.read(names, { content: true, hash: false, type: "notebook" });
    const name = basename(names.at(-1) ?? "", ".ipynb");
    const { notebookHtml } = await import("../run/html/index.js");
    const html = await notebookHtml(notebookOf(content), { name, folder: dirname(await contents.root.file(names)) });
    // Only ever as a file: opened here, its scripts would speak to the server.
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.html`)}`;
    return reply
      .headers({ ...fileHeaders, "Content-Disposition": disposition })
      .type("text/html; charset=utf-8")
      .send(html);
  });
}
