// The kernel's state in the bar, and what has gone wrong below it.

import { element } from "../element.js";
import type { Opened } from "./opened.js";

export function addStatus({ panel, frame }: Opened): void {
  const { sessionContext: session } = panel;
  const state = element("span", { className: "weft-kernel" });
  frame.bar.append(state);
  const show = (): void => {
    const status = session.kernelDisplayStatus;
    state.dataset["status"] = status;
    state.textContent = `${session.kernelDisplayName} · ${status}`;
  };
  session.statusChanged.connect(show);
  session.connectionStatusChanged.connect(show);
  session.kernelChanged.connect(show);
  show();
}
