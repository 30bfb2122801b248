// The page's parts around the notebook: bar, messages, outline, cells.

import type { NotebookPanel } from "@jupyterlab/notebook";
import { SplitPanel, Widget } from "@lumino/widgets";
import { element } from "../element.js";
import { followTheme } from "../theme.js";

export interface Frame {
  /** Name, tools, kernel. */
  readonly bar: HTMLElement;
  /** What has gone wrong, until it is well again. */
  readonly messages: HTMLElement;
  /** Of outline and notebook. */
  readonly split: SplitPanel;
}

export function frame(panel: NotebookPanel): Frame {
  const bar = element("header", { className: "weft-bar" });
  const messages = element("div", { className: "weft-messages", role: "status" });
  const host = element("div", { className: "weft-work" });
  const split = new SplitPanel({ orientation: "horizontal", spacing: 1 });
  panel.toolbar.hide();
  split.addWidget(panel);
  SplitPanel.setStretch(panel, 1);
  followTheme();
  document.body.classList.add("jp-ThemedContainer", "weft-notebook");
  // What components hang below the body, to measure it or to show it above all else, is no part of the column.
  document.body.replaceChildren(element("div", { className: "weft-page" }, [bar, messages, host]));
  Widget.attach(split, host);
  new ResizeObserver(() => split.update()).observe(host);
  return { bar, messages, split };
}
