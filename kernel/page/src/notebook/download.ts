// The notebook as a file of the browser's: as it is, or as a page that works without the server.

import { element } from "../element.js";
import { exportUrl } from "../server.js";
import type { Opened } from "./opened.js";

export function addDownloads({ path, panel, commands }: Opened): void {
  commands.addCommand("download:notebook", {
    label: "Download as notebook (.ipynb)",
    execute: () =>
      offer(
        `${JSON.stringify(panel.context.model.toJSON(), null, 1)}\n`,
        panel.context.localPath,
        "application/x-ipynb+json",
      ),
  });
  commands.addCommand("download:page", {
    label: "Download as page (.html)",
    // The server makes it of the file.
    execute: async () => {
      if (panel.context.model.dirty) await panel.context.save();
      element("a", { href: exportUrl(path), download: "" }).click();
    },
  });
}

function offer(text: string, path: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: url, download: path.split("/").at(-1) ?? "notebook.ipynb" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
