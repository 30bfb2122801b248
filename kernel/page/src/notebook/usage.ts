// What the kernel takes of memory and processors, in the bar, as long as somebody looks.

import type { Kernel } from "@jupyterlab/services";
import { KernelMessage } from "@jupyterlab/services";
import { readableBytes } from "../../../../lib/graph/bytes.js";
import { element } from "../element.js";
import type { Opened } from "./opened.js";

const everyMs = 2000;

/** Content of a usage_reply, as much as is shown. */
interface Usage {
  readonly kernel_memory?: number;
  readonly kernel_cpu?: number;
  readonly cpu_count?: number;
  readonly host_virtual_memory?: { readonly total?: number };
}

type Future = Kernel.IControlFuture<KernelMessage.IControlMessage, KernelMessage.IControlMessage>;

export function addUsage({ panel, frame }: Opened): void {
  const { sessionContext: session } = panel;
  const shown = element("span", { className: "weft-usage" });
  frame.bar.append(shown);
  let asked: Future | null = null;
  const ask = (): void => {
    asked?.dispose();
    asked = null;
    const kernel = session.session?.kernel;
    if (!kernel || kernel.isDisposed || kernel.connectionStatus !== "connected") {
      shown.textContent = "";
      return;
    }
    if (document.visibilityState === "hidden") return;
    asked = request(kernel);
    asked.onReply = ({ content }) => show(shown, content as Usage);
  };
  session.connectionStatusChanged.connect(ask);
  session.kernelChanged.connect(ask);
  document.addEventListener("visibilitychange", ask);
  window.setInterval(ask, everyMs);
}

function request(kernel: Kernel.IKernelConnection): Future {
  // The client's list of types lacks Jupyter's latest.
  const message = KernelMessage.createMessage({
    msgType: "usage_request" as "debug_request",
    channel: "control",
    session: kernel.clientId,
    username: kernel.username,
    content: {} as never,
  });
  const future = kernel.sendControlMessage(message, true, false) as Future;
  future.done.catch(() => {}); // no answer before the next question
  return future;
}

function show(shown: HTMLElement, usage: Usage): void {
  const { kernel_memory: memory, kernel_cpu: percent, cpu_count: count, host_virtual_memory: host } = usage;
  if (memory === undefined || percent === undefined) {
    shown.textContent = "";
    return;
  }
  const busy = (percent / 100).toFixed(1);
  shown.textContent = `${readableBytes(memory)} · ${busy}${count ? ` of ${count}` : ""} cores`;
  const all = host?.total ? ` of ${readableBytes(host.total)}` : "";
  shown.title = `The kernel has ${readableBytes(memory)}${all} of memory; its threads keep ${busy} processors busy`;
}
