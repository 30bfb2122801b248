// Processes that this one has started, and theirs. While execSync waits for one of them, only its end brings the thread back.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Sends them what a terminal sends to all at Ctrl-C. */
export function interruptChildren(): void {
  for (const child of descendants()) {
    try {
      process.kill(child, "SIGINT");
    } catch {
      // It has ended by itself.
    }
  }
}

/** Children and theirs: a shell that waits for a command doesn't pass the signal on. */
function descendants(): readonly number[] {
  if (process.platform === "win32") return [];
  const pairs = process.platform === "linux" ? fromProc() : fromPs();
  const found = [process.pid];
  for (const parent of found) found.push(...pairs.filter((pair) => pair[1] === parent).map(([pid]) => pid));
  return found.slice(1);
}

type Pair = readonly [pid: number, parent: number];

function fromProc(): Pair[] {
  return readdirSync("/proc").flatMap((name): Pair[] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The command's name stands in parentheses and may hold anything.
      const [, after = ""] = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      return [[Number(name), Number(after)]];
    } catch {
      return [];
    }
  });
}

function fromPs(): Pair[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => line.trim().split(/\s+/).map(Number) as unknown as Pair);
}
