// A page that can't be shown says why, and leads back.

import { element } from "./element.js";
import { folderUrl } from "./server.js";

export function showFailure(path: string, error: unknown): void {
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  document.body.replaceChildren(
    element("main", { className: "weft-failure" }, [
      element("h1", {}, [path === "" ? "The folder can't be shown" : `“${path}” can't be opened`]),
      element("p", {}, [message]),
      element("p", {}, [element("a", { href: folderUrl("") }, ["All notebooks"])]),
    ]),
  );
}
