// The optimizers: one line each. Strings, Keras's configs and instances all become an Optimizer here.

import { ValueError } from "../../graph/errors.js";
import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import { type ConfigurableClass, itemOf } from "../config.js";
import { schedules } from "../schedules/index.js";
import { Adadelta } from "./adadelta.js";
import { Adafactor } from "./adafactor.js";
import { Adagrad } from "./adagrad.js";
import { Adam } from "./adam.js";
import { Adamax } from "./adamax.js";
import { AdamW } from "./adamW.js";
import { Ftrl } from "./ftrl.js";
import { Lamb } from "./lamb.js";
import { Lion } from "./lion.js";
import { Nadam } from "./nadam.js";
import { Optimizer } from "./optimizer.js";
import { RMSprop } from "./rmsprop.js";
import { optimizerSettings } from "./rule.js";
import { SGD } from "./sgd.js";

export { type AdadeltaOptions, adadelta } from "./adadelta.js";
export { type AdafactorOptions, adafactor } from "./adafactor.js";
export { type AdagradOptions, adagrad } from "./adagrad.js";
export { type AdamOptions, adam } from "./adam.js";
export { type AdamaxOptions, adamax } from "./adamax.js";
export { type AdamWOptions, adamW } from "./adamW.js";
export { type FtrlOptions, ftrl } from "./ftrl.js";
export { type LambOptions, lamb } from "./lamb.js";
export { type LionOptions, lion } from "./lion.js";
export { type NadamOptions, nadam } from "./nadam.js";
export { Optimizer } from "./optimizer.js";
export { type RMSpropOptions, rmsprop } from "./rmsprop.js";
export type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput, WeightGradient } from "./rule.js";
export { type SGDOptions, sgd } from "./sgd.js";

/** What an optimizer may be called in a string: Keras's class names, in any case. */
export type OptimizerName =
  | "sgd"
  | "adam"
  | "adamw"
  | "rmsprop"
  | "adagrad"
  | "adadelta"
  | "adamax"
  | "nadam"
  | "lion"
  | "ftrl"
  | "adafactor"
  | "lamb";

/** Whatever names an optimizer. */
export type OptimizerLike = OptimizerName | Optimizer | SerializedItem;

/** An optimizer as a registry's item: the rate of a config may itself be a schedule's config. */
function item(made: ConfigurableClass<Optimizer>, alias: OptimizerName): ItemClass<Optimizer> {
  const plain = itemOf<Optimizer>(made, optimizerSettings, [alias]);
  return {
    ...plain,
    fromConfig(config) {
      const rate = config["learning_rate"];
      const isSchedule = typeof rate === "object" && rate !== null;
      return plain.fromConfig(
        isSchedule ? { ...config, learning_rate: schedules.deserialize(rate as SerializedItem) } : config,
      );
    },
  };
}

/** All optimizers, by class name and by identifier. */
export const optimizers: Registry<Optimizer> = new Registry<Optimizer>("optimizer", [
  item(SGD, "sgd"),
  item(Adam, "adam"),
  item(AdamW, "adamw"),
  item(RMSprop, "rmsprop"),
  item(Adagrad, "adagrad"),
  item(Adadelta, "adadelta"),
  item(Adamax, "adamax"),
  item(Nadam, "nadam"),
  item(Lion, "lion"),
  item(Ftrl, "ftrl"),
  item(Adafactor, "adafactor"),
  item(Lamb, "lamb"),
]);

/**
 * The optimizer that `identifier` means. Raises NameError for an unknown name (with the nearest known one), ValueError for what names
 * no optimizer.
 */
export function resolveOptimizer(identifier: OptimizerLike): Optimizer {
  if (identifier instanceof Optimizer) return identifier;
  if (typeof identifier === "string") {
    return optimizers.get(optimizers.names().includes(identifier) ? identifier : identifier.toLowerCase());
  }
  if (typeof (identifier as SerializedItem | undefined)?.class_name === "string")
    return optimizers.deserialize(identifier);
  throw new ValueError(`${String(identifier)} is no optimizer`, {
    hint: 'give a name ("adam") or an Optimizer, like adam({ learningRate: 0.01 })',
  });
}
