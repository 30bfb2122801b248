// `weft doctor`: what works on this machine, and what to do where it doesn't.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readableBytes } from "../lib/graph/bytes.js";
import { detectMachine } from "../lib/run/wasm/machine.js";
import { kernels, specFolder } from "./install.js";

interface Finding {
  readonly what: string;
  readonly good: boolean;
  /** What was found; for what isn't good, what to do as well. */
  readonly words: string;
}

const run = promisify(execFile);
/** Of the first tutorial, at full size. */
const tutorialBytes = 5.8 * 2 ** 30;

async function examine(): Promise<Finding[]> {
  return [node(), simd(), threads(), memory(), await jupyter(), ...specs(), page()];
}

/** Prints what was found; the number of things that aren't good. */
export async function doctor(): Promise<number> {
  const findings = await examine();
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, good, words } of findings) console.log(`${good ? "ok" : "--"}  ${what.padEnd(width)}  ${words}`);
  return findings.filter(({ good }) => !good).length;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return { what: "Node", good, words: good ? process.version : `${process.version}: 20.19 or newer is needed` };
}

function simd(): Finding {
  let good = true;
  try {
    detectMachine();
  } catch {
    good = false;
  }
  const words = good ? "WebAssembly computes four numbers at once" : "not in this build of Node: training is slow";
  return { what: "SIMD", good, words };
}

function threads(): Finding {
  const count = availableParallelism();
  const asked = process.env["WEFT_THREADS"];
  return { what: "threads", good: true, words: `${count} cores${asked ? `; WEFT_THREADS asks for ${asked}` : ""}` };
}

function memory(): Finding {
  const good = totalmem() >= tutorialBytes;
  const words = `${readableBytes(freemem())} of ${readableBytes(totalmem())} free`;
  const advice = `: too little for the first tutorial at full size (${readableBytes(tutorialBytes)}); set its size to 112`;
  return { what: "memory", good, words: good ? words : words + advice };
}

/** Nothing here needs it; those who have it can use Weft in it. */
async function jupyter(): Promise<Finding> {
  try {
    const { stdout } = await run("jupyter", ["--version"], { timeout: 30_000, shell: process.platform === "win32" });
    const versions = stdout.split("\n").filter((line) => /^(jupyterlab|notebook) *:/.test(line));
    const words = versions.map((line) => line.replace(/ *: */, " ").trim()).join(", ");
    return { what: "Jupyter", good: true, words: words || "found" };
  } catch {
    return {
      what: "Jupyter",
      good: true,
      words: "not found, and not needed: `weft notebook` opens notebooks without it",
    };
  }
}

function specs(): Finding[] {
  return kernels.map((kernel) => {
    const file = join(specFolder({}, kernel), "kernel.json");
    const found = existsSync(file);
    return { what: kernel.title, good: true, words: found ? file : "Jupyter doesn't know it yet: `weft install`" };
  });
}

function page(): Finding {
  const good = existsSync(new URL("./page/index.html", import.meta.url));
  return { what: "notebook page", good, words: good ? "there" : "not built: npm run build" };
}
