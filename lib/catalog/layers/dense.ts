// Dense: every output is a weighted sum of all inputs, then an activation.

import type { ItemClass } from "../../graph/registry.js";
import { Layer, type LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { type Activation, type ActivationIdentifier, activations } from "../activations/index.js";
import { type ConstraintIdentifier, constraints } from "../constraints/index.js";
import { type InitializerIdentifier, initializers } from "../initializers/index.js";
import { add, matmul } from "../ops/index.js";
import { type RegularizerIdentifier, regularizers } from "../regularizers/index.js";
import { optionsFromConfig, serializeOptions } from "./config.js";

/** Options of `dense`. */
export interface DenseOptions extends LayerOptions {
  readonly activation?: ActivationIdentifier | null | undefined;
  readonly useBias?: boolean | undefined;
  readonly kernelInitializer?: InitializerIdentifier | undefined;
  readonly biasInitializer?: InitializerIdentifier | undefined;
  readonly kernelRegularizer?: RegularizerIdentifier | null | undefined;
  readonly biasRegularizer?: RegularizerIdentifier | null | undefined;
  readonly kernelConstraint?: ConstraintIdentifier | null | undefined;
  readonly biasConstraint?: ConstraintIdentifier | null | undefined;
}
