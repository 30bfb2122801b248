// Files beside the notebook that Node itself loads, JSON and plain scripts: after an edit they are loaded again.

import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

interface Times {
  /** When the file was written, as of its first import and its last. */
  readonly first: number;
  last: number;
}

export class Edits {
  readonly #times = new Map<string, Times>();

  /** Before `require`: takes an edited file out of what Node remembers. */
  forget(node: NodeJS.Require, name: string): void {
    if (!name.startsWith(".") && !isAbsolute(name)) return;
    const path = node.resolve(name);
    const before = this.#times.get(path)?.last;
    if (this.#look(path).last !== before && before !== undefined) delete node.cache[path];
  }

  /** For `import`, where Node remembers modules by URL: an edited file has another one. */
  url(path: string): string {
    const { href } = pathToFileURL(path);
    const { first, last } = this.#look(path);
    return first === last ? href : `${href}?${last}`;
  }

  #look(path: string): Times {
    const last = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const times = this.#times.get(path) ?? { first: last, last };
    times.last = last;
    this.#times.set(path, times);
    return times;
  }
}
