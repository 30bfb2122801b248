// The bar above the notebook: its name, tools, the kernel.

import {
  addIcon,
  copyIcon,
  cutIcon,
  fastForwardIcon,
  type LabIcon,
  listIcon,
  pasteIcon,
  refreshIcon,
  runIcon,
  saveIcon,
  stopIcon,
} from "@jupyterlab/ui-components";
import { element } from "../element.js";
import { folderUrl } from "../server.js";
import type { Opened } from "./opened.js";

const tools: readonly (readonly [string, LabIcon, string?] | null)[] = [
  ["outline:toggle", listIcon],
  ["document:save", saveIcon],
  ["cell:insert-below", addIcon],
  ["cell:cut", cutIcon],
  ["cell:copy", copyIcon],
  ["cell:paste", pasteIcon],
  null,
  ["run:advance", runIcon],
  ["run:all", fastForwardIcon, "Run all"],
  ["kernel:interrupt", stopIcon],
  ["kernel:restart", refreshIcon],
];

export function addToolbar(opened: Opened): void {
  const { path, frame } = opened;
  const folder = path.split("/").slice(0, -1).join("/");
  const home = element("a", { href: folderUrl(folder), className: "weft-home", title: "All notebooks" }, [
    element("img", { src: "/icon.svg", alt: "All notebooks", width: 24, height: 24 }),
  ]);
  const name = element("h1", { className: "weft-title" }, [path.split("/").at(-1) ?? path]);
  document.title = `${name.textContent} – Weft`;
  const group = element("div", { className: "weft-tools", role: "toolbar" });
  for (const tool of tools)
    group.append(tool === null ? element("span", { className: "weft-gap" }) : toolButton(opened, ...tool));
  frame.bar.append(home, name, group);
}

function toolButton({ commands }: Opened, id: string, icon: LabIcon, text?: string): HTMLButtonElement {
  const label = commands.label(id);
  const keys = commands.keyBindings.find((binding) => binding.command === id)?.keys.join(", ");
  const made = element("button", {
    type: "button",
    className: "weft-tool",
    title: keys ? `${label} (${keys})` : label,
  });
  made.setAttribute("aria-label", label);
  made.dataset["command"] = id;
  icon.element({ container: made, elementSize: "normal" });
  if (text) made.append(element("span", {}, [text]));
  // Focus stays in the notebook, as with keys.
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", () => void commands.execute(id));
  return made;
}
