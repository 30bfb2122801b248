// Functions as a callback.

import type { CallbackHooks } from "./callback.js";

/**
 * A callback out of functions; a plain object of hooks does as well.
 *
 * @example
 * lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })
 */
export const lambdaCallback = (hooks: CallbackHooks): CallbackHooks => hooks;
