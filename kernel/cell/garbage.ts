// Garbage of the compiler's thread. Every cell makes a program anew and drops the one before it: nothing is kept, but V8 lets hundreds
// of megabytes lie before it looks, as the machine has room, and a notebook that stays open for a day should not look as if it leaked.

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What may lie about behind the last collection. A collection takes about 100 ms, while the cell runs in its own thread. */
export const litterBytes: number = 48e6;
/** After this many programs a pause is used to give everything back, which takes up to half a second. */
const few = 10;
const pauseMs = 4000;

type Collect = (options?: { type: "major"; flavor: "last-resort" }) => void;
/** Later versions of Node keep the pages of what was collected until memory seems short; Node 20 gives them back at the second time. */
const knowsLastResort = Number.parseInt(process.versions.node, 10) >= 22;

/** Call what is returned after each cell and each question. */
export function tidyNowAndThen(): () => void {
  let collect: Collect | undefined;
  let left = Number.POSITIVE_INFINITY;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const used = (): number => getHeapStatistics().used_heap_size;
  const rest = (): void => {
    collect ??= collector();
    if (knowsLastResort) collect({ type: "major", flavor: "last-resort" });
    else for (let time = 0; time < 2; time++) collect();
    since = 0;
    left = used();
  };
  const restSoon = (): void => {
    if (since >= few) timer = setTimeout(rest, pauseMs).unref();
  };
  const tidy = (): void => {
    collect ??= collector();
    collect();
    left = used();
    restSoon();
  };
  return () => {
    since++;
    clearTimeout(timer);
    const now = used();
    left = Math.min(left, now);
    // At least behind the answer that is on its way.
    if (now - left > litterBytes) timer = setTimeout(tidy, 0).unref();
    else restSoon();
  };
}

function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  setFlagsFromString("--no-expose-gc");
  return collect;
}
