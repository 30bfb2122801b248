// All callbacks of a run as one.

import type {
  CallbackHooks,
  Logs,
  TrainedModel,
  TrainingParams,
  TrainingPlace,
} from "../catalog/callbacks/callback.js";
import { ValueError } from "../graph/errors.js";

type HookName =
  | "onTrainBegin"
  | "onTrainEnd"
  | "onEpochBegin"
  | "onEpochEnd"
  | "onBatchBegin"
  | "onBatchEnd"
  | "onTestBegin"
  | "onTestEnd"
  | "onNonFinite";

export class Hooks {
  readonly #callbacks: readonly CallbackHooks[];
  readonly #model: TrainedModel;

  constructor(callbacks: readonly CallbackHooks[], model: TrainedModel, params: TrainingParams) {
    for (const callback of callbacks) {
      if (typeof callback !== "object" || callback === null)
        throw new ValueError(`a callback is an object with hooks, received ${String(callback)}`, {
          hint: "e.g. { onEpochEnd(epoch, logs) { … } }",
        });
    }
    this.#callbacks = callbacks;
    this.#model = model;
    model.stopTraining = false;
    for (const callback of callbacks) {
      if (callback.stopTraining) callback.stopTraining = false;
      callback.setModel?.(model);
      callback.setParams?.(params);
    }
  }

  /** Whether someone wants to see every batch before the next begins. */
  get everyBatch(): boolean {
    return this.#callbacks.some(
      (callback) => callback.everyBatch !== false && (callback.onBatchBegin || callback.onBatchEnd),
    );
  }

  get watchesFinite(): boolean {
    return this.#callbacks.some((callback) => callback.watchesFinite);
  }

  /** Where a callback says that training goes on; null for its beginning. */
  get resume(): TrainingPlace | null {
    return this.#callbacks.find((callback) => callback.resume)?.resume ?? null;
  }

  get stopped(): boolean {
    return this.#model.stopTraining || this.#callbacks.some((callback) => callback.stopTraining);
  }

  /** Tells all that training ends by an error; what goes wrong in telling doesn't hide it. */
  async fail(error: unknown): Promise<void> {
    for (const callback of this.#callbacks) {
      try {
        await callback.onTrainError?.(error);
      } catch {}
    }
  }

  async call(hook: HookName, ...values: readonly [Logs] | readonly [number, Logs | string]): Promise<void> {
    for (const callback of this.#callbacks) {
      const made = (callback[hook] as ((...values: unknown[]) => unknown) | undefined)?.apply(callback, [...values]);
      // Most hooks are synchronous: no turn of the event loop for those.
      if (made instanceof Promise) await made;
    }
  }
}
