// Penalty on directions that are not at right angles to each other.

import { requireOneOf, ShapeError } from "../../graph/errors.js";
import type { ItemClass } from "../../graph/registry.js";
import { showShape } from "../../graph/shape.js";
import { absolute, iota, matmul, multiply, notEqual, sum, transpose, unitVectors, where } from "../ops/index.js";
import { makeRegularizer, type Regularizer, regularizerItem } from "./regularizer.js";

export interface OrthogonalRegularizerOptions {
  /** Default 0.01. */
  readonly factor?: number | undefined;
  /** Which vectors of the matrix. Default "rows". */
  readonly mode?: "rows" | "columns" | undefined;
}

const names = ["factor", "mode"];

/**
 * factor · the mean size of the cosines between the rows (or columns) of a matrix. Raises ValueError for a factor below 0 or another
 * mode; ShapeError, when it is applied, for a weight that is no matrix.
 */
export function orthogonalRegularizer(options: OrthogonalRegularizerOptions = {}): Regularizer {
  const { factor = 0.01, mode = "rows" } = options;
  requireOneOf("OrthogonalRegularizer: mode", mode, ["rows", "columns"]);
  return makeRegularizer("OrthogonalRegularizer", { factor, mode }, names, (weight) => {
    if (weight.rank !== 2) {
      throw new ShapeError(`OrthogonalRegularizer expects a matrix, received a weight ${showShape(weight.shape)}`);
    }
    const unit = unitVectors(mode === "rows" ? weight : transpose(weight), 1);
    const count = unit.shape[0] as number;
    const shape = [count, count];
    const cosines = where(notEqual(iota(shape, 0), iota(shape, 1)), absolute(matmul(unit, transpose(unit))), 0);
    // Every pair is there twice; a single vector has none.
    const pairs = Math.max(count * (count - 1), 1);
    return multiply(sum(cosines), factor / pairs);
  });
}

export const orthogonalRegularizerItem: ItemClass<Regularizer> = regularizerItem(
  "OrthogonalRegularizer",
  ["orthogonal_regularizer"],
  names,
  orthogonalRegularizer,
);
