// The page's parts around the notebook: bar, messages, outline, cells.

import type { NotebookPanel } from "@jupyterlab/notebook";
import { SplitPanel, Widget } from "@lumino/widgets";
import { element } from "../element.js";

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
  document.body.classList.add("jp-ThemedContainer", "weft-notebook");
  document.body.replaceChildren(bar, messages, host);
  Widget.attach(split, host);
  new ResizeObserver(() => split.update()).observe(host);
  return { bar, messages, split };
}
