// Pictures of the library's values as a notebook draws them, without a kernel.

import { drawLibrary } from "../../../kernel/display/library.js";
import { notebook } from "../../../lib/index.js";

/** For the tests of the suite that calls it. */
export function plugPictures(): void {
  before(() => {
    notebook.current = {
      draw: drawLibrary,
      publish: () => "id",
      clear() {},
      progress: () => ({}),
      onInterrupt: () => () => {},
    };
  });
  after(() => {
    notebook.current = null;
  });
}
