#!/usr/bin/env node
// The command `weft`: arguments in, one of the commands done.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
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

await weft.parseAsync();
