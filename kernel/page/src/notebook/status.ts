// The kernel's state in the bar, and below it that the server isn't reached, as long as that lasts.

import { element } from "../element.js";
import type { Opened } from "./opened.js";

/** A restart connects anew, and a laptop that wakes up too. */
const patienceMs = 2000;

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
  tellOfLoss(session, frame.messages);
}

function tellOfLoss(session: Opened["panel"]["sessionContext"], messages: HTMLElement): void {
  const again = element("button", { type: "button", className: "weft-button" }, ["Try again"]);
  again.addEventListener("click", () => void session.session?.kernel?.reconnect().catch(() => {}));
  const message = element("div", { className: "weft-message" }, [
    "The server isn't reached. Until it is back, cells don't run and nothing is saved; what you write stays in this tab.",
    again,
  ]);
  let late: number | undefined;
  session.connectionStatusChanged.connect((_, status) => {
    if (status === "connected") {
      clearTimeout(late);
      late = undefined;
      message.remove();
    } else late ??= window.setTimeout(() => messages.append(message), patienceMs);
  });
}
