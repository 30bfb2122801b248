// The notebook as a file of the browser's: as it is.

import { element } from "../element.js";
import type { Opened } from "./opened.js";

export function addDownloads({ panel, commands }: Opened): void {
  commands.addCommand("download:notebook", {
    label: "Download as notebook (.ipynb)",
    execute: () =>
      offer(
        `${JSON.stringify(panel.context.model.toJSON(), null, 1)}\n`,
        panel.context.localPath,
        "application/x-ipynb+json",
      ),
  });
}

function offer(text: string, path: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: url, download: path.split("/").at(-1) ?? "notebook.ipynb" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
