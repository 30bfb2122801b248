// Pictures that a notebook refers to, put into the page: attachments, and files beside it, none from outside of its folder.

import { readFile } from "node:fs/promises";
import { mimeTypeOf } from "../../server/contents/models.js";
import { namesOfUrl, Root } from "../../server/contents/paths.js";
import type { Json } from "../../wire/messages.js";

const source = /(<img\b[^>]*?\ssrc=)(["'])(.*?)\2/gi;

export async function withImages(html: string, cell: Json, folder: string): Promise<string> {
  const found = new Map<string, string | null>();
  for (const [, , , address = ""] of html.matchAll(source))
    if (!found.has(address)) found.set(address, await dataOf(address.replaceAll("&amp;", "&"), cell, folder));
  return html.replace(source, (all, before, quote, address) => {
    const data = found.get(address);
    return data ? `${before}${quote}${data}${quote}` : all;
  });
}

async function dataOf(address: string, cell: Json, folder: string): Promise<string | null> {
  if (address.startsWith("attachment:")) return attachment(decodeURIComponent(address.slice(11)), cell);
  if (/^[a-z][a-z\d+.-]*:|^\/|^#/i.test(address)) return null;
  try {
    const names = namesOfUrl((address.split(/[?#]/)[0] ?? "").replace(/^(\.\/)+/, ""));
    const type = mimeTypeOf(names.at(-1) ?? "");
    if (!type?.startsWith("image/")) return null;
    const root = await Root.open(folder);
    return `data:${type};base64,${(await readFile(await root.file(names))).toString("base64")}`;
  } catch {
    // Not there, or not to be read: the page shows what stands for it.
    return null;
  }
}

function attachment(name: string, cell: Json): string | null {
  const bundle = (cell["attachments"] as Record<string, Json> | undefined)?.[name] ?? {};
  const [type, data] = Object.entries(bundle)[0] ?? [];
  return type?.startsWith("image/") ? `data:${type};base64,${String(data).replaceAll("\n", "")}` : null;
}
