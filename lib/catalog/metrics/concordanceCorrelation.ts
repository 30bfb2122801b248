// How well predictions agree with labels: correlation that also minds level and spread (Lin, 1989).

import type { Tensor } from "../../graph/tensor.js";
import { asFloats, epsilon, matchRanks } from "../losses/numeric.js";
import { add, divide, mean, multiply, square, subtract } from "../ops/index.js";
import { MeanMetric } from "./mean.js";
import type { Direction } from "./metric.js";
import type { CorrelationOptions } from "./pearsonCorrelation.js";

export class ConcordanceCorrelation extends MeanMetric {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly direction: Direction = "up";
  readonly axis: number;

  constructor(options: CorrelationOptions = {}) {
    const axis = options.axis ?? -1;
    const average = (x: Tensor): Tensor => mean(x, { axis, keepdims: true });
    const compute = (yTrue: Tensor, yPred: Tensor): Tensor => {
      const [labels, predictions] = matchRanks(asFloats(yTrue), asFloats(yPred));
      const [level, predicted] = [average(labels), average(predictions)];
      const away = subtract(predictions, predicted);
      const spread = add(average(square(subtract(labels, level))), average(square(away)));
      // Labels less the predictions' mean, as in Keras: over the axis this sums to the same as less their own.
      const together = multiply(subtract(labels, predicted), away);
      const norm = add(add(spread, square(subtract(level, predicted))), epsilon);
      return mean(divide(multiply(together, 2), norm), { axis });
    };
    super(compute, options, "concordance_correlation");
    this.axis = axis;
  }
}

/** Lin's concordance of labels and predictions along `axis`, from -1 to 1; both of one shape. */
export const concordanceCorrelation = (options?: CorrelationOptions): ConcordanceCorrelation =>
  new ConcordanceCorrelation(options);
