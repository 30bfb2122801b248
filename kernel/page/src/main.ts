// Begins the page: the address says whether a folder or a notebook is shown. Each is a part of its own, loaded when needed.

import "../style/page.css";
import { showFailure } from "./failure.js";
import { place } from "./server.js";

const { kind, path } = place();

// The token has done its work: the cookie is set. It needn't stay in the bar, the history and bookmarks.
const address = new URL(location.href);
if (address.searchParams.has("token")) {
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
}

try {
  if (kind === "notebook") await (await import("./notebook/open.js")).openNotebook(path);
  else await (await import("./list/folder.js")).openFolder(path);
} catch (error) {
  showFailure(path, error);
}
