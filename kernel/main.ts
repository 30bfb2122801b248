#!/usr/bin/env node
// The command `weft`: arguments in, one of the commands done.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { dataFolder, install, type Place, uninstall } from "./install.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const weft = new Command("weft").description("Deep learning in notebooks, in TypeScript").version(version);

const placed = (command: Command): Command =>
  command
    .option("--user", "for this user (the default)")
    .option("--sys-prefix", "for the Python environment in use")
    .option("--prefix <dir>", "for the environment in this folder");

weft
  .command("doctor")
  .description("say what works on this machine")
  .action(async () => {
    const { doctor } = await import("./doctor.js");
    process.exit((await doctor()) > 0 ? 1 : 0);
  });

placed(weft.command("install"))
  .description("tell Jupyter about the kernels")
  .action(async (place: Place) => {
    for (const folder of await install(place)) console.log(`installed ${folder}`);
  });

placed(weft.command("uninstall"))
  .description("take the kernels away from Jupyter")
  .action((place: Place) => {
    for (const folder of uninstall(place)) console.log(`removed ${folder}`);
  });

weft
  .command("notebook", { isDefault: true })
  .description("open notebooks in the browser")
  .argument("[path]", "a folder, or one notebook", ".")
  .option("--root <dir>", "the folder that is served; the path is below it")
  .option("--port <number>", "the first one tried (default: 8888)", port)
  .option("--idle <minutes>", "shut down kernels that no tab shows and that have been idle for so long", positive)
  .option("--no-browser", "print the address only")
  .action(async (path: string, options: { root?: string; port?: number; idle?: number; browser: boolean }) => {
    const { serveNotebooks } = await import("./serve.js");
    const { idle: idleMinutes = 0, ...rest } = options;
    await serveNotebooks({ ...rest, path, idleMinutes });
    process.exit(0);
  });

weft
  .command("kernel")
  .description("run a kernel; Jupyter calls this")
  .requiredOption("--connection-file <file>", "ports and key, written by Jupyter")
  .option("--javascript", "cells are JavaScript")
  .action(async (options: { connectionFile: string; javascript?: boolean }) => {
    const { serve } = await import("./session/session.js");
    await serve({
      connection: JSON.parse(readFileSync(options.connectionFile, "utf8")),
      javascript: options.javascript ?? false,
      root: process.cwd(),
      version,
      historyFile: join(dataFolder({}), "weft-history.jsonl"),
    });
    process.exit(0);
  });

weft
  .command("run")
  .description("run notebooks without a browser; exit status 1 when a cell fails")
  .argument("<notebook...>", "files, run one after the other")
  .option("--out <dir>", "write executed notebooks there; without it they replace the originals, unless a cell fails")
  .option("--html", "also write one page for each that works offline, its figures interactive")
  .option(
    "--param <name=value>",
    "a value for the notebook, after its cell tagged parameters; repeat for more",
    gather,
    [],
  )
  .option("--timeout <seconds>", "for each cell", positive)
  .option("--server <url>", "run on this Jupyter server, the token in the address or in JUPYTER_TOKEN")
  .action(
    async (
      files: string[],
      options: { out?: string; html?: boolean; param: string[]; timeout?: number; server?: string },
    ) => {
      const { parseParameters, runNotebooks } = await import("./run/index.js");
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      const { param, timeout: timeoutSeconds = 0, ...rest } = options;
      const parameters = parseParameters(param);
      process.exit(await runNotebooks(files, { ...rest, parameters, timeoutSeconds, signal: stop.signal }));
    },
  );

function gather(value: string, before: string[]): string[] {
  return [...before, value];
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new InvalidArgumentError("expected 0 to 65535");
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("expected a number greater than 0");
  return value;
}

try {
  await weft.parseAsync();
} catch (error) {
  console.error(`weft: ${(error as Error).message}`);
  process.exit(1);
}
