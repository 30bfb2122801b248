// The callbacks: one line each.

export { BackupAndRestore, type BackupAndRestoreOptions, backupAndRestore } from "./backupAndRestore.js";
export {
  Callback,
  type CallbackHooks,
  type Logs,
  type TrainedModel,
  type TrainingParams,
  type TrainingPlace,
} from "./callback.js";
export { EarlyStopping, type EarlyStoppingOptions, earlyStopping } from "./earlyStopping.js";
export { lambdaCallback } from "./lambdaCallback.js";
export { LearningRateScheduler, learningRateScheduler } from "./learningRateScheduler.js";
export { ModelCheckpoint, type ModelCheckpointOptions, modelCheckpoint } from "./modelCheckpoint.js";
export type { MonitorMode } from "./monitor.js";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions, reduceLROnPlateau } from "./reduceLROnPlateau.js";
export { TerminateOnNaN, type TerminateOnNaNOptions, terminateOnNaN } from "./terminateOnNaN.js";
