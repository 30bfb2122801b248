// Node's "path", as JupyterLab's components use it: paths of the server, which begin at the folder it serves. A page has no folder of
// its own that relative ones could begin at.

import path from "path-browserify";

const below = (...parts: readonly string[]): string => path.resolve("/", ...parts);

export const posix = {
  ...path,
  resolve: below,
  relative: (from: string, to: string): string => path.relative(below(from), below(to)),
};
