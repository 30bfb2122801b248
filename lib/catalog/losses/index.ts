// The losses: one line each. Strings, Keras's configs, functions and instances all become a Loss here.

import { ValueError } from "../../graph/errors.js";
import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Shape } from "../../graph/shape.js";
import { itemOf } from "../config.js";
import { BinaryCrossentropy } from "./binaryCrossentropy.js";
import { BinaryFocalCrossentropy } from "./binaryFocalCrossentropy.js";
import { CategoricalCrossentropy } from "./categoricalCrossentropy.js";
import { CategoricalFocalCrossentropy } from "./categoricalFocalCrossentropy.js";
import { CategoricalGeneralizedCrossEntropy } from "./categoricalGeneralizedCrossEntropy.js";
import { CategoricalHinge } from "./categoricalHinge.js";
import { Circle } from "./circle.js";
import { CosineSimilarity } from "./cosineSimilarity.js";
import { Dice } from "./dice.js";
import { Hinge } from "./hinge.js";
import { Huber } from "./huber.js";
import { KLDivergence } from "./klDivergence.js";
import { LogCosh } from "./logCosh.js";
import { FunctionLoss, Loss, type LossFunction, lossSettings } from "./loss.js";
import { MeanAbsoluteError } from "./meanAbsoluteError.js";
import { MeanAbsolutePercentageError } from "./meanAbsolutePercentageError.js";
import { MeanSquaredError } from "./meanSquaredError.js";
import { MeanSquaredLogarithmicError } from "./meanSquaredLogarithmicError.js";
import { Poisson } from "./poisson.js";
import { SparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";
import { SquaredHinge } from "./squaredHinge.js";
import { Tversky } from "./tversky.js";

export { type BinaryCrossentropyOptions, binaryCrossentropy } from "./binaryCrossentropy.js";
export { type BinaryFocalCrossentropyOptions, binaryFocalCrossentropy } from "./binaryFocalCrossentropy.js";
export { type CategoricalCrossentropyOptions, categoricalCrossentropy } from "./categoricalCrossentropy.js";
export {
  type CategoricalFocalCrossentropyOptions,
  categoricalFocalCrossentropy,
} from "./categoricalFocalCrossentropy.js";
export {
  type CategoricalGeneralizedCrossEntropyOptions,
  categoricalGeneralizedCrossEntropy,
} from "./categoricalGeneralizedCrossEntropy.js";
export { categoricalHinge } from "./categoricalHinge.js";
export { type CircleOptions, circle } from "./circle.js";
export { type CosineSimilarityOptions, cosineSimilarity } from "./cosineSimilarity.js";
export { type DiceOptions, dice } from "./dice.js";
export { hinge } from "./hinge.js";
export { type HuberOptions, huber } from "./huber.js";
export { klDivergence } from "./klDivergence.js";
export { logCosh } from "./logCosh.js";
export { FunctionLoss, type Labels, Loss, type LossFunction, type LossOptions } from "./loss.js";
export { meanAbsoluteError } from "./meanAbsoluteError.js";
export { meanAbsolutePercentageError } from "./meanAbsolutePercentageError.js";
export { meanSquaredError } from "./meanSquaredError.js";
export { meanSquaredLogarithmicError } from "./meanSquaredLogarithmicError.js";
export { poisson } from "./poisson.js";
export {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./sparseCategoricalCrossentropy.js";
export { squaredHinge } from "./squaredHinge.js";
export { type TverskyOptions, tversky } from "./tversky.js";
export type { Reduction } from "./weighting.js";

const item = (made: Parameters<typeof itemOf<Loss>>[0], ...aliases: LossName[]): ItemClass<Loss> =>
  itemOf<Loss>(made, lossSettings, aliases);

/** What a loss may be called in a string: Keras's names and short forms. */
export type LossName =
  | "mean_squared_error"
  | "mse"
  | "MSE"
  | "mean_absolute_error"
  | "mae"
  | "MAE"
  | "mean_absolute_percentage_error"
  | "mape"
  | "MAPE"
  | "mean_squared_logarithmic_error"
  | "msle"
  | "MSLE"
  | "binary_crossentropy"
  | "bce"
  | "BCE"
  | "binary_focal_crossentropy"
  | "categorical_crossentropy"
  | "categorical_focal_crossentropy"
  | "categorical_generalized_cross_entropy"
  | "sparse_categorical_crossentropy"
  | "kl_divergence"
  | "kld"
  | "KLD"
  | "poisson"
  | "cosine_similarity"
  | "hinge"
  | "squared_hinge"
  | "categorical_hinge"
  | "huber"
  | "huber_loss"
  | "log_cosh"
  | "logcosh"
  | "dice"
  | "tversky"
  | "circle";

/** Whatever names a loss: "crossentropy" (or "ce") chooses by the shapes of labels and output. */
export type LossLike = LossName | "crossentropy" | "ce" | Loss | LossFunction | SerializedItem;

/** All losses, by class name and by identifier. */
export const losses: Registry<Loss> = new Registry<Loss>(
  "loss",
  [
    item(MeanSquaredError, "mean_squared_error", "mse", "MSE"),
    item(MeanAbsoluteError, "mean_absolute_error", "mae", "MAE"),
    item(MeanAbsolutePercentageError, "mean_absolute_percentage_error", "mape", "MAPE"),
    item(MeanSquaredLogarithmicError, "mean_squared_logarithmic_error", "msle", "MSLE"),
    item(BinaryCrossentropy, "binary_crossentropy", "bce", "BCE"),
    item(BinaryFocalCrossentropy, "binary_focal_crossentropy"),
    item(CategoricalCrossentropy, "categorical_crossentropy"),
    item(CategoricalFocalCrossentropy, "categorical_focal_crossentropy"),
    item(CategoricalGeneralizedCrossEntropy, "categorical_generalized_cross_entropy"),
    item(SparseCategoricalCrossentropy, "sparse_categorical_crossentropy"),
    item(KLDivergence, "kl_divergence", "kld", "KLD"),
    item(Poisson, "poisson"),
    item(CosineSimilarity, "cosine_similarity"),
    item(Hinge, "hinge"),
    item(SquaredHinge, "squared_hinge"),
    item(CategoricalHinge, "categorical_hinge"),
    item(Huber, "huber", "huber_loss"),
    item(LogCosh, "log_cosh", "logcosh"),
    item(Dice, "dice"),
    item(Tversky, "tversky"),
    item(Circle, "circle"),
  ],
  (own: LossFunction) => new FunctionLoss(own),
);

/** What shapes of labels and output say about a classification, as Keras decides it. */
export function classificationKind(yTrue: Shape, yPred: Shape): "binary" | "sparse" | "categorical" {
  if (yPred.at(-1) === 1) return "binary";
  return yTrue.length < yPred.length || (yTrue.at(-1) === 1 && (yPred.at(-1) ?? 2) > 1) ? "sparse" : "categorical";
}

/**
 * The loss that `identifier` means. Raises NameError for an unknown name (with the nearest known one), ValueError for what
 * names no loss. "crossentropy" needs the shapes.
 */
export function resolveLoss(identifier: LossLike, yTrue?: Shape, yPred?: Shape): Loss {
  if (identifier instanceof Loss) return identifier;
  if (typeof identifier === "function") return new FunctionLoss(identifier);
  if (identifier === "crossentropy" || identifier === "ce") {
    if (!yTrue || !yPred)
      throw new ValueError(
        `the loss "${identifier}" is chosen by the shapes of labels and output, which are not known yet`,
      );
    const kind = classificationKind(yTrue, yPred);
    return losses.get(kind === "sparse" ? "sparse_categorical_crossentropy" : `${kind}_crossentropy`);
  }
  if (typeof identifier === "string" || typeof (identifier as SerializedItem | undefined)?.class_name === "string") {
    return losses.deserialize(identifier);
  }
  throw new ValueError(`${String(identifier)} is no loss`, {
    hint: 'give a name ("mse"), a Loss, or a function of labels and predictions',
  });
}
