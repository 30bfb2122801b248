// Items that share names (a loss and a metric are both called hinge) live in namespaces: the makers of all items of a folder, and how
// items are found by name or read from Keras's configs.

import type { Registry } from "../graph/registry.js";
import * as constraintItems from "./constraints/index.js";
import * as initializerItems from "./initializers/index.js";
import type { Loss } from "./losses/index.js";
import * as lossItems from "./losses/index.js";
import type { Metric } from "./metrics/index.js";
import * as metricItems from "./metrics/index.js";
import * as regularizerItems from "./regularizers/index.js";

type Finding<T> = Pick<Registry<T>, "names" | "classNameOf" | "register" | "get" | "deserialize">;

/** The module's makers with the registry's methods behind them. */
const namespace = <Found extends object, Made extends object>(found: Found, made: Made): Found & Made =>
  Object.assign(Object.create(found) as Found, made);

/** Losses: `losses.huber({ delta: 0.5 })`, `losses.deserialize({ class_name, config })`. */
export const losses: Finding<Loss> & typeof lossItems = namespace(lossItems.losses, lossItems);
/** Metrics: `metrics.auc()`, `metrics.deserialize({ class_name, config })`. */
export const metrics: Finding<Metric> & typeof metricItems = namespace(metricItems.metrics, metricItems);
/** Initializers: `initializers.heNormal()`, `initializers.deserialize({ class_name, config })`. */
export const initializers: typeof initializerItems.initializers & typeof initializerItems = namespace(
  initializerItems.initializers,
  initializerItems,
);
/** Constraints: `constraints.nonNeg()`, `constraints.deserialize({ class_name, config })`. */
export const constraints: typeof constraintItems.constraints & typeof constraintItems = namespace(
  constraintItems.constraints,
  constraintItems,
);
/** Regularizers: `regularizers.l2(0.01)`, `regularizers.deserialize({ class_name, config })`. */
export const regularizers: typeof regularizerItems.regularizers & typeof regularizerItems = namespace(
  regularizerItems.regularizers,
  regularizerItems,
);
