// A run in the terminal: a bar that moves with the cells, beside it what the running cell last said; lines where there is no terminal.

import { stripVTControlCharacters } from "node:util";
import cliProgress from "cli-progress";
import type { Watcher } from "./execute.js";

export interface Progress extends Watcher {
  end(): void;
}

/** Columns that the bar and its numbers take. */
const barColumns = 50;
const shortest = 20;

export function showProgress(name: string, count: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? bar(name, count, stream) : lines(name, stream);
}

function bar(name: string, count: number, stream: NodeJS.WriteStream): Progress {
  const shown = new cliProgress.SingleBar(
    {
      stream,
      format: `${name} {bar} {value}/{total} cells {duration_formatted} {note}`,
      barsize: 20,
      hideCursor: true,
      fps: 10,
      clearOnComplete: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const note = (text: string): { note: string } => {
    const room = Math.max(shortest, (stream.columns ?? 80) - barColumns - name.length);
    return { note: plain(text).slice(0, room) };
  };
  shown.start(count, 0, note(""));
  // Time goes on also while a cell is silent.
  const clock = setInterval(() => shown.updateETA(), 500).unref();
  return {
    begin: (cell, _count, source) => shown.update(cell - 1, note(source)),
    line: (text) => shown.update(note(text)),
    end() {
      clearInterval(clock);
      shown.update(note(""));
      shown.stop();
    },
  };
}

function lines(name: string, stream: NodeJS.WriteStream): Progress {
  return {
    begin: (cell, count, source) =>
      void stream.write(`${name}: cell ${cell}/${count}: ${plain(source).slice(0, 80)}\n`),
    line: () => {},
    end: () => {},
  };
}

/** One line without colours. */
function plain(text: string): string {
  return stripVTControlCharacters(text).trim().split("\n")[0]?.replace(/\s+/g, " ") ?? "";
}
