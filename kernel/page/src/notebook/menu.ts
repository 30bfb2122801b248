// What has no tool of its own in the bar, behind the last one.

import { caretDownIcon } from "@jupyterlab/ui-components";
import { Menu } from "@lumino/widgets";
import { element } from "../element.js";
import type { Opened } from "./opened.js";

/** Commands by name; null is a line between them. */
const entries: readonly (string | null)[] = [
  "run:above",
  "run:below",
  "kernel:restart-run-all",
  "kernel:choose",
  "kernel:shutdown",
  null,
  "cell:code",
  "cell:markdown",
  "cell:raw",
  "cell:duplicate",
  "cell:clear",
  "cell:clear-all",
  null,
  "find:show",
  "find:replace",
  "document:trust",
  "help:keys",
  null,
  "download:notebook",
  "download:page",
];

export function addMenu({ commands, frame }: Opened): void {
  const menu = new Menu({ commands });
  for (const command of entries) menu.addItem(command === null ? { type: "separator" } : { command });
  const button = element("button", { type: "button", className: "weft-tool", ariaHasPopup: "menu" });
  caretDownIcon.element({ container: button, elementSize: "normal" });
  button.prepend("More");
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const { left, bottom } = button.getBoundingClientRect();
    menu.open(left, bottom);
  });
  frame.bar.querySelector(".weft-tools")?.append(button);
}
