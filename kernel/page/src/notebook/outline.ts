// The table of contents, left of the notebook.

import { NotebookToCFactory } from "@jupyterlab/notebook";
import { type TableOfContents, TableOfContentsPanel } from "@jupyterlab/toc";
import { SplitPanel } from "@lumino/widgets";
import type { Opened } from "./opened.js";

const share = 0.2;
const remembered = "weft:outline";

export function addOutline(opened: Opened): void {
  const { panel, commands, rendermime, parser, tracker, frame } = opened;
  const factory = new NotebookToCFactory(tracker, parser, rendermime.sanitizer, commands);
  factory.scrollToTop = true;
  const outline = new TableOfContentsPanel();
  outline.addClass("weft-outline");
  const model = factory.createNew(panel) as TableOfContents.Model;
  model.isActive = true;
  outline.model = model;
  frame.split.insertWidget(0, outline);
  SplitPanel.setStretch(outline, 0);
  const show = (shown: boolean): void => {
    outline.setHidden(!shown);
    if (shown) frame.split.setRelativeSizes([share, 1 - share]);
  };
  commands.addCommand("outline:toggle", {
    label: "Table of contents",
    isToggled: () => !outline.isHidden,
    execute: () => {
      show(outline.isHidden);
      localStorage.setItem(remembered, outline.isHidden ? "hidden" : "shown");
    },
  });
  commands.addKeyBinding({ command: "outline:toggle", keys: ["Accel Shift K"], selector: "body" });
  show(localStorage.getItem(remembered) !== "hidden" && window.innerWidth > 900);
}
