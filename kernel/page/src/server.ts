// Where the server is and how it is asked: read once from the block of data in the page.

import { ServerConnection } from "@jupyterlab/services";

interface Config {
  readonly baseUrl: string;
  /** Empty: a cookie came with the page. */
  readonly token: string;
  /** Scripts with it may run. */
  readonly nonce: string;
}

const block = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
const given = JSON.parse(block) as Partial<Config>;

export const nonce: string = given.nonce ?? "";
const base = new URL(given.baseUrl ?? "/", location.href).href;

export function serverSettings(): ServerConnection.ISettings {
  const token = given.token ?? "";
  return ServerConnection.makeSettings({
    baseUrl: base,
    appUrl: base,
    wsUrl: base.replace(/^http/, "ws"),
    token,
    appendToken: token !== "",
    init: { cache: "no-store", credentials: "same-origin" },
  });
}

const encoded = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** Addresses of the page itself. */
export const notebookUrl = (path: string): string => `${base}notebooks/${encoded(path)}`;
export const folderUrl = (path: string): string => (path === "" ? base : `${base}tree/${encoded(path)}`);
export const exportUrl = (path: string): string => `${base}nbconvert/html/${encoded(path)}`;
export const fileUrl = (path: string): string => `${base}files/${encoded(path)}`;

export type Place = { readonly kind: "notebook" | "folder"; readonly path: string };

/** What the address in the browser's bar asks for. */
export function place(): Place {
  const rest = location.pathname.slice(new URL(base).pathname.length);
  const [room = "", ...names] = rest.split("/").map(decodeURIComponent);
  return { kind: room === "notebooks" ? "notebook" : "folder", path: names.filter((name) => name !== "").join("/") };
}
