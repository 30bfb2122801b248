// What of Jupyter's client is used. One file, so that a package can hold just that much of it.

export { KernelManager, KernelSpecManager, ServerConnection } from "@jupyterlab/services";
export type { IKernelConnection } from "@jupyterlab/services/lib/kernel/kernel.js";
export type { IIOPubMessage } from "@jupyterlab/services/lib/kernel/messages.js";
