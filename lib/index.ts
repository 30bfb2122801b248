// The public API: one export list, nothing else.

import { plugIn } from "./train/numbers.js";

plugIn();

export * as activations from "./catalog/activations/index.js";
export * from "./catalog/callbacks/index.js";
export * as constraints from "./catalog/constraints/index.js";
export * as initializers from "./catalog/initializers/index.js";
export * from "./catalog/layers/index.js";
export * as losses from "./catalog/losses/index.js";
export * as metrics from "./catalog/metrics/index.js";
export * as ops from "./catalog/ops/index.js";
export * from "./catalog/optimizers/index.js";
export * as regularizers from "./catalog/regularizers/index.js";
export * from "./catalog/schedules/index.js";
export * from "./train/configure.js";
export { modelFromJSON } from "./train/fromJSON.js";
export { Model, model } from "./train/model.js";
export { Sequential, sequential } from "./train/sequential.js";
