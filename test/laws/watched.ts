// A view that notes which of its elements are read and written: how a reference shows the shape it really has.

import type { View } from "../../lib/graph/op.js";

export interface Watched {
  readonly view: View;
  readonly read: Set<number>;
  readonly written: Set<number>;
}

/** The same numbers; element accesses, also those outside, are noted. */
export function watch(view: View): Watched {
  const read = new Set<number>();
  const written = new Set<number>();
  const note = (set: Set<number>, from: number, count: number): void => {
    for (let i = 0; i < count; i++) set.add(from + i);
  };
  const data = new Proxy(view.data, {
    get(target, key) {
      if (typeof key === "string" && /^-?\d+$/.test(key)) {
        read.add(Number(key));
        return target[Number(key)];
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (key === "set") note(written, Number(args[1] ?? 0), (args[0] as ArrayLike<number>).length);
        else if (key === "fill")
          note(written, Number(args[1] ?? 0), Number(args[2] ?? target.length) - Number(args[1] ?? 0));
        else if (key === "subarray") {
          // A window on the numbers: what is done through it can't be seen.
          const from = Number(args[0] ?? 0);
          for (const set of [read, written]) note(set, from, Number(args[1] ?? target.length) - from);
        } else note(read, 0, target.length);
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
    set(target, key, value: number) {
      written.add(Number(key));
      target[Number(key)] = value;
      return true;
    },
  });
  return { view: { ...view, data }, read, written };
}
