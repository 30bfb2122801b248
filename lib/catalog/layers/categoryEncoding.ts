// CategoryEncoding: whole numbers as vectors of zeros and ones, or of counts.

import { requireOneOf, ShapeError, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { requirePositive } from "./base/checks.js";
import { type EncodingMode, encoded } from "./base/encoding.js";

/** Options of `categoryEncoding`. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** "multi_hot" (default): which numbers a sample has. "count": how often. "one_hot": a vector for every number. */
  readonly outputMode?: EncodingMode | undefined;
}

/** See `categoryEncoding`. */
export class CategoryEncoding extends CatalogLayer {
  static override readonly settings: readonly string[] = ["num_tokens", "output_mode"];
  readonly numTokens: number;
  readonly outputMode: EncodingMode;

  constructor(options: CategoryEncodingOptions & { readonly numTokens: number }) {
    super(options);
    this.numTokens = requirePositive(this, "numTokens", options.numTokens);
    this.outputMode = options.outputMode ?? "multi_hot";
    requireOneOf(`${this.describe()}: outputMode`, this.outputMode, ["one_hot", "multi_hot", "count"]);
  }

  override check([shape]: readonly Shape[]): void {
    if (this.outputMode === "one_hot" || (shape as Shape).length > 1) return;
    throw new ShapeError(`${this.describe()} expects [batch, numbers], received ${showShape(shape as Shape)}`);
  }

  override call(x: Tensor, mode: Mode): Tensor {
    const { countWeights } = mode.options as { readonly countWeights?: Tensor };
    if (countWeights && this.outputMode !== "count")
      throw new ValueError(`${this.describe()} takes countWeights when outputMode is "count" only`);
    return encoded(x, this.outputMode, this.numTokens, countWeights);
  }
}

/**
 * Whole numbers from 0 on and below `numTokens` as vectors of that length: [batch, numbers] → [batch, numTokens], or a vector for every
 * number. Call option: `countWeights`, what each number counts for. Numbers beyond give zeros.
 * Source: https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/
 *
 * @example
 * const y = categoryEncoding(5)(input([3], { dtype: "int32" })); // [null, 5]
 */
export const categoryEncoding = (numTokens: number, options: CategoryEncodingOptions = {}): CategoryEncoding =>
  new CategoryEncoding({ ...options, numTokens });
