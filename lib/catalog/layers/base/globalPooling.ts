// What pooling over all steps, rows or columns shares, channels last.

import type { LayerOptions } from "../../../graph/layer.js";
import type { Shape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { max, mean } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { requireChannelsLast } from "./checks.js";
import { spatial } from "./pooling.js";

/** Options of pooling over everything. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Keeps the pooled axes with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
  readonly dataFormat?: "channels_last" | undefined;
}

/** Base of pooling over everything. */
export abstract class GlobalPooling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["data_format", "keepdims"];
  readonly rank: number;
  readonly keepdims: boolean;
  readonly dataFormat = "channels_last";

  constructor(rank: number, options: GlobalPoolingOptions) {
    super(options);
    this.rank = rank;
    this.keepdims = options.keepdims ?? false;
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, this.rank + 2, spatial(this.rank));
  }

  protected get axis(): number[] {
    return Array.from({ length: this.rank }, (_, i) => i + 1);
  }
}

/** Base of the largest of everything. */
export abstract class GlobalMax extends GlobalPooling {
  override call(x: Tensor): Tensor {
    return max(x, { axis: this.axis, keepdims: this.keepdims });
  }
}

/** Base of the mean of everything. */
export abstract class GlobalAverage extends GlobalPooling {
  override call(x: Tensor): Tensor {
    return mean(x, { axis: this.axis, keepdims: this.keepdims });
  }
}
