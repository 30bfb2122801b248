// Notebooks run without a front end: files in, executed files and an exit status out.

import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { formatNotebook, type Notebook, parseNotebook } from "../notebook/format.js";
import { picturesIn, writeWhole } from "../server/index.js";
import { type Execution, executeNotebook, type Failure } from "./execute.js";
import { type Parameters, withParameters } from "./parameters.js";
import { ownPlace, type Place, placeAt } from "./place.js";
import { showProgress } from "./progress.js";

export { parseParameters } from "./parameters.js";

export interface RunOptions {
  /** A folder for executed notebooks; without it each takes the place of its original, unless it failed. */
  readonly out?: string | undefined;
  /** Also one page of HTML for each notebook, beside it. */
  readonly html?: boolean | undefined;
  readonly parameters?: Parameters;
  /** Of one cell; 0 or none: no limit. */
  readonly timeoutSeconds?: number;
  /** Address and token of a running server; default: one of our own. */
  readonly server?: string | undefined;
  /** Interrupts the running cell and ends the run. */
  readonly signal?: AbortSignal;
}

/** 0: all cells ran; 1: one of them failed; 130: interrupted. */
export async function runNotebooks(files: readonly string[], options: RunOptions = {}): Promise<number> {
  const unmute = muteClient();
  try {
    let status = 0;
    for (const file of files) {
      if (options.signal?.aborted) return 130;
      const failure = await runFile(file, options);
      if (failure?.kind === "interrupted") return 130;
      if (failure !== null) status = 1;
    }
    return status;
  } finally {
    unmute();
  }
}

/** Jupyter's client tells the console of each of its steps. */
function muteClient(): () => void {
  const { debug, warn } = console;
  console.debug = () => {};
  console.warn = () => {};
  return () => Object.assign(console, { debug, warn });
}

async function runFile(file: string, options: RunOptions): Promise<Pick<Failure, "kind"> | null> {
  const started = Date.now();
  let execution: Execution;
  try {
    execution = await runOne(file, options);
  } catch (error) {
    say(`${file}: ${(error as Error).message}`);
    return { kind: "error" };
  }
  const { notebook, failure } = execution;
  const target = options.out === undefined ? file : join(options.out, basename(file));
  const kept = failure === null || options.out !== undefined;
  if (options.out !== undefined) await mkdir(options.out, { recursive: true });
  if (kept) await writeWhole(resolve(target), formatNotebook(notebook));
  if (kept && options.html) await writePage(notebook, file, target);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (failure) say(`${file}: cell ${failure.cell} ${told(failure)}`);
  say(
    `${file}: ${failure ? "stopped" : "done"} after ${seconds} s${kept ? `, written to ${target}` : ", left as it was"}`,
  );
  return failure;
}

async function writePage(notebook: Notebook, file: string, target: string): Promise<void> {
  const { notebookHtml } = await import("../html/index.js");
  const picture = await picturesIn(dirname(resolve(file)));
  const page = await notebookHtml(notebook, { name: basename(file, ".ipynb"), picture });
  await writeWhole(`${resolve(target).replace(/\.ipynb$/, "")}.html`, page);
}

async function runOne(file: string, options: RunOptions): Promise<Execution> {
  const notebook = parseNotebook(await readFile(file, "utf8"));
  const place: Place = await (options.server === undefined ? ownPlace(file) : placeAt(options.server, file));
  try {
    return await runAt(place, notebook, file, options);
  } finally {
    await place.close();
  }
}

async function runAt(place: Place, notebook: Notebook, file: string, options: RunOptions): Promise<Execution> {
  const { kernel, language } = await place.start(notebook);
  const prepared = withParameters(notebook, options.parameters ?? {}, language);
  const watcher = showProgress(basename(file), prepared.cells.length);
  try {
    return await executeNotebook(prepared, kernel, {
      timeoutSeconds: options.timeoutSeconds ?? 0,
      signal: options.signal ?? new AbortController().signal,
      watcher,
    });
  } finally {
    watcher.end();
  }
}

function told({ kind, message, traceback, source }: Failure): string {
  const code = source
    .split("\n")
    .slice(0, 10)
    .map((line) => `    ${line}`)
    .join("\n");
  const what = { error: "failed", dead: "ended with its kernel", timeout: "was stopped", interrupted: "was stopped" }[
    kind
  ];
  return `${what}\n${code}\n${traceback === "" ? message : traceback}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
