// Where a notebook runs: on a server of our own that lives as long as the run, or on one that is there.

import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Notebook } from "../notebook/format.js";
import { startServer } from "../server/index.js";
import type { Json } from "../wire/messages.js";
import { type IKernelConnection, KernelManager, KernelSpecManager, ServerConnection } from "./services.js";

export interface Place {
  /** A new kernel for a notebook, and the language of its cells. */
  start(notebook: Notebook): Promise<{ readonly kernel: IKernelConnection; readonly language: string }>;
  close(): Promise<void>;
}

/** A server over the notebook's folder. */
export async function ownPlace(file: string): Promise<Place> {
  const server = await startServer({ root: dirname(resolve(file)), port: 0 });
  const place = await connect(server.url, server.token, "");
  return {
    start: place.start,
    close: async () => {
      await place.close();
      await server.close();
    },
  };
}

/** A server by its address as Jupyter prints it, the token in the query. */
export async function placeAt(address: string, file: string): Promise<Place> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new Error(`--server ${address}: expected an address, for example http://localhost:8888/?token=…`);
  }
  const token = url.searchParams.get("token") ?? process.env["JUPYTER_TOKEN"] ?? "";
  return connect(`${url.origin}${url.pathname.replace(/\/(lab|tree|notebooks)(\/.*)?$/, "/")}`, token, folderOf(file));
}

/**
 * The notebook's folder as seen from here, which is where it lies on a server that was started here. Servers take the nearest
 * folder above it that they have, at last their own; told of none, Jupyter's starts kernels wherever it was started itself.
 */
function folderOf(file: string): string {
  const path = relative(process.cwd(), dirname(resolve(file)));
  return isAbsolute(path) || path.startsWith("..") ? "" : path.split(sep).join("/");
}

async function connect(baseUrl: string, token: string, path: string): Promise<Place> {
  const serverSettings = ServerConnection.makeSettings({ baseUrl, token, appendToken: true });
  const specs = new KernelSpecManager({ serverSettings });
  const kernels = new KernelManager({ serverSettings });
  const started: IKernelConnection[] = [];
  return {
    async start(notebook) {
      await specs.ready;
      const name = kernelName(notebook, specs.specs?.kernelspecs ?? {}, specs.specs?.default ?? "");
      const kernel = await kernels.startNew({ name, path } as { name: string }, { handleComms: false });
      started.push(kernel);
      return { kernel, language: specs.specs?.kernelspecs[name]?.language ?? "" };
    },
    async close() {
      await Promise.all(started.map(shutDown));
      kernels.dispose();
      specs.dispose();
    },
  };
}

/** The client throws where nobody can catch when a connection ends while it is being made again. */
async function shutDown(kernel: IKernelConnection): Promise<void> {
  for (let left = 100; left > 0 && !kernel.isDisposed && kernel.connectionStatus === "connecting"; left--)
    await wait(50);
  if (!kernel.isDisposed) await kernel.shutdown().catch(() => {});
}

/** The kernel that the notebook names, or one of its language; a notebook without any takes the server's default. */
function kernelName(
  notebook: Notebook,
  specs: Readonly<Record<string, { language: string } | undefined>>,
  fallback: string,
): string {
  const { kernelspec, language_info: info } = notebook.metadata as { kernelspec?: Json; language_info?: Json };
  const named = kernelspec?.["name"];
  if (typeof named === "string" && Object.hasOwn(specs, named)) return named;
  const language = String(kernelspec?.["language"] ?? info?.["name"] ?? "").toLowerCase();
  const spoken = Object.keys(specs).find((name) => specs[name]?.language.toLowerCase() === language);
  if (spoken !== undefined) return spoken;
  if (named === undefined && language === "") return fallback;
  throw new Error(
    `the server has no kernel ${JSON.stringify(named ?? language)}; it has: ${Object.keys(specs).join(", ")}`,
  );
}
