// Garbage of the compiler's thread. A program replaces the one before it with every cell; V8 lets hundreds of megabytes of them lie
// before it looks, as the machine has room, and a notebook that stays open for a day should not look as if it leaked.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A collection takes about 100 ms. It is made in a pause after a few cells, and without one after many. */
const few = 10;
const many = 100;
const pauseMs = 2000;

/** Call what is returned after each cell. */
export function tidyNowAndThen(): () => void {
  let collect: (() => void) | undefined;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const tidy = (): void => {
    since = 0;
    collect ??= collector();
    collect();
  };
  return () => {
    since++;
    clearTimeout(timer);
    // At least behind the answer that is on its way.
    if (since >= few) timer = setTimeout(tidy, since >= many ? 0 : pauseMs).unref();
  };
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  return collect;
}
