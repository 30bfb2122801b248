// Pictures that a notebook refers to, put into the page: attachments, and files beside it.

import type { Json } from "../wire/messages.js";

/** Of a path as written in the notebook, percent-encoded. */
export type ReadPicture = (path: string) => Promise<Uint8Array | null>;

const types: Readonly<Record<string, string>> = {
  apng: "image/apng",
  avif: "image/avif",
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  webp: "image/webp",
};

const source = /(<img\b[^>]*?\ssrc=)(["'])(.*?)\2/gi;

export async function withImages(html: string, cell: Json, read: ReadPicture): Promise<string> {
  const found = new Map<string, string | null>();
  for (const [, , , address = ""] of html.matchAll(source))
    if (!found.has(address)) found.set(address, await dataOf(address.replaceAll("&amp;", "&"), cell, read));
  return html.replace(source, (all, before, quote, address) => {
    const data = found.get(address);
    return data ? `${before}${quote}${data}${quote}` : all;
  });
}

async function dataOf(address: string, cell: Json, read: ReadPicture): Promise<string | null> {
  if (address.startsWith("attachment:")) return attachment(decodeURIComponent(address.slice(11)), cell);
  if (/^[a-z][a-z\d+.-]*:|^\/|^#/i.test(address)) return null;
  const path = (address.split(/[?#]/)[0] ?? "").replace(/^(\.\/)+/, "");
  const type = types[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  const bytes = type === undefined ? null : await read(path);
  return bytes && `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

function attachment(name: string, cell: Json): string | null {
  const bundle = (cell["attachments"] as Record<string, Json> | undefined)?.[name] ?? {};
  const [type, data] = Object.entries(bundle)[0] ?? [];
  return type?.startsWith("image/") ? `data:${type};base64,${String(data).replaceAll("\n", "")}` : null;
}
