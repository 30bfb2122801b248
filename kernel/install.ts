// Tells Jupyter about this kernel: a folder with kernel.json and logos for each of the two languages.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { logo } from "./logo.js";

export interface Place {
  /** For this user (the default). */
  readonly user?: boolean | undefined;
  /** For the Python environment in use. */
  readonly sysPrefix?: boolean | undefined;
  /** For the environment in this folder. */
  readonly prefix?: string | undefined;
}

/** The two kernels, by the name of their folder. */
export const kernels: readonly { readonly name: string; readonly title: string; readonly javascript: boolean }[] = [
  { name: "weft", title: "TypeScript (Weft)", javascript: false },
  { name: "weft-javascript", title: "JavaScript (Weft)", javascript: true },
];

/** What Jupyter runs, with absolute paths: it may be started from anywhere, with another PATH. */
export function kernelSpec(kernel: (typeof kernels)[number]): Record<string, unknown> {
  const main = fileURLToPath(new URL("main.js", import.meta.url));
  return {
    argv: [
      process.execPath,
      ...nodeFlags,
      main,
      "kernel",
      "--connection-file",
      "{connection_file}",
      ...(kernel.javascript ? ["--javascript"] : []),
    ],
    display_name: kernel.title,
    language: kernel.javascript ? "javascript" : "typescript",
    interrupt_mode: "message",
    metadata: { debugger: true },
  };
}

/** An interrupt that ends a busy timer would otherwise end the process: Node checks that its hooks' stack is in order. */
export const nodeFlags: readonly string[] = ["--no-force-async-hooks-checks"];

/** Where Jupyter looks for data (https://docs.jupyter.org/en/latest/use/jupyter-directories.html). */
export function dataFolder(place: Place): string {
  if (place.prefix) return join(resolve(place.prefix), "share", "jupyter");
  if (place.sysPrefix) return join(pythonPrefix(), "share", "jupyter");
  const { JUPYTER_DATA_DIR: own, XDG_DATA_HOME: xdg, APPDATA: appData } = process.env;
  if (own) return own;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(appData ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  return join(xdg ?? join(homedir(), ".local", "share"), "jupyter");
}

function pythonPrefix(): string {
  const environment = process.env["VIRTUAL_ENV"] ?? process.env["CONDA_PREFIX"];
  if (environment) return environment;
  for (const python of ["python3", "python"]) {
    try {
      return execFileSync(python, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  throw new Error("--sys-prefix needs an active Python environment, and none was found; use --user or --prefix DIR");
}

/** Where Jupyter looks for a kernel. */
export const specFolder = (place: Place, kernel: (typeof kernels)[number]): string =>
  join(dataFolder(place), "kernels", kernel.name);

/** Writes both kernelspecs; returns their folders. */
export async function install(place: Place): Promise<string[]> {
  const { Resvg } = await import("@resvg/resvg-js");
  return kernels.map((kernel) => {
    const folder = specFolder(place, kernel);
    mkdirSync(folder, { recursive: true });
    const picture = logo(kernel.javascript);
    writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(kernelSpec(kernel), null, 2)}\n`);
    writeFileSync(join(folder, "logo-svg.svg"), picture);
    for (const size of [32, 64]) {
      const drawn = new Resvg(picture, { fitTo: { mode: "width", value: size } }).render();
      writeFileSync(join(folder, `logo-${size}x${size}.png`), drawn.asPng());
    }
    return folder;
  });
}

/** Removes what `install` wrote; returns the folders. */
export function uninstall(place: Place): string[] {
  return kernels.map((kernel) => {
    const folder = specFolder(place, kernel);
    rmSync(folder, { recursive: true, force: true });
    return folder;
  });
}
