// The server that notebooks are edited and run with.

export { writeWhole } from "./contents/write.js";
export { picturesIn } from "./export.js";
export type { Culling } from "./kernels/kernels.js";
export type { KernelSpec, KernelSpecs } from "./kernels/specs.js";
export { type RunningServer, type ServerOptions, startServer } from "./server.js";
