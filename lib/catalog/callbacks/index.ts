// The callbacks: one line each.

export { Callback, type CallbackHooks, type Logs, type TrainedModel, type TrainingParams } from "./callback.js";
export { EarlyStopping, type EarlyStoppingOptions, earlyStopping } from "./earlyStopping.js";
export { lambdaCallback } from "./lambdaCallback.js";
export { LearningRateScheduler, learningRateScheduler } from "./learningRateScheduler.js";
export type { MonitorMode } from "./monitor.js";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions, reduceLROnPlateau } from "./reduceLROnPlateau.js";
export { TerminateOnNaN, type TerminateOnNaNOptions, terminateOnNaN } from "./terminateOnNaN.js";
