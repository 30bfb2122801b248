// Activations by Keras's names.

import { ValueError } from "../../graph/errors.js";
import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Activation } from "./activation.js";
import { celuActivation } from "./celu.js";
import { eluActivation } from "./elu.js";
import { exponentialActivation } from "./exponential.js";
import { geluActivation } from "./gelu.js";
import { gluActivation } from "./glu.js";
import { hardShrinkActivation } from "./hardShrink.js";
import { hardSigmoidActivation } from "./hardSigmoid.js";
import { hardSiluActivation } from "./hardSilu.js";
import { hardTanhActivation } from "./hardTanh.js";
import { leakyReluActivation } from "./leakyRelu.js";
import { linearActivation } from "./linear.js";
import { logSigmoidActivation } from "./logSigmoid.js";
import { logSoftmaxActivation } from "./logSoftmax.js";
import { mishActivation } from "./mish.js";
import { reluActivation } from "./relu.js";
import { relu6Activation } from "./relu6.js";
import { seluActivation } from "./selu.js";
import { sigmoidActivation } from "./sigmoid.js";
import { siluActivation } from "./silu.js";
import { softmaxActivation } from "./softmax.js";
import { softplusActivation } from "./softplus.js";
import { softShrinkActivation } from "./softShrink.js";
import { softsignActivation } from "./softsign.js";
import { sparsemaxActivation } from "./sparsemax.js";
import { sparsePlusActivation } from "./sparsePlus.js";
import { sparseSigmoidActivation } from "./sparseSigmoid.js";
import { squareplusActivation } from "./squareplus.js";
import { tanhActivation } from "./tanh.js";
import { tanhShrinkActivation } from "./tanhShrink.js";
import { thresholdActivation } from "./threshold.js";

export type { Activation, Settings } from "./activation.js";

/** Names of all activations. */
export type ActivationName =
  | "celu"
  | "elu"
  | "exponential"
  | "gelu"
  | "glu"
  | "hard_shrink"
  | "hard_sigmoid"
  | "hard_silu"
  | "hard_swish"
  | "hard_tanh"
  | "leaky_relu"
  | "linear"
  | "log_sigmoid"
  | "log_softmax"
  | "mish"
  | "relu"
  | "relu6"
  | "selu"
  | "sigmoid"
  | "silu"
  | "soft_shrink"
  | "softmax"
  | "softplus"
  | "softsign"
  | "sparse_plus"
  | "sparse_sigmoid"
  | "sparsemax"
  | "squareplus"
  | "swish"
  | "tanh"
  | "tanh_shrink"
  | "threshold";

/** What layers accept: a name, a function of tensors, an activation with settings of its own; null is the identity. */
export type ActivationIdentifier = ActivationName | ((x: Tensor) => Tensor) | Activation | null;

/** Keras's layers that are an activation with settings, and stand for one in its configs. */
export const activationLayers: Readonly<Record<string, ActivationName>> = {
  ReLU: "relu",
  LeakyReLU: "leaky_relu",
  ELU: "elu",
  Softmax: "softmax",
};

export class Activations {
  private readonly items = new Registry<Activation>(
    "activation",
    [
      linearActivation,
      reluActivation,
      leakyReluActivation,
      relu6Activation,
      sigmoidActivation,
      tanhActivation,
      softmaxActivation,
      logSoftmaxActivation,
      eluActivation,
      seluActivation,
      celuActivation,
      softplusActivation,
      softsignActivation,
      exponentialActivation,
      hardSigmoidActivation,
      hardSiluActivation,
      hardTanhActivation,
      geluActivation,
      siluActivation,
      mishActivation,
      logSigmoidActivation,
      gluActivation,
      hardShrinkActivation,
      softShrinkActivation,
      tanhShrinkActivation,
      squareplusActivation,
      sparsePlusActivation,
      sparseSigmoidActivation,
      sparsemaxActivation,
      thresholdActivation,
    ],
    (own: (x: Tensor) => Tensor) => this.get(own),
  );

  /** Every name that `get` knows. */
  names(): string[] {
    return this.items.names();
  }

  /** Adds an activation of your own, so that files that name it can be read. */
  register(item: ItemClass<Activation>): void {
    this.items.register(item);
  }

  /** The activation that a layer's option means. Raises NameError with the nearest known name. */
  get(identifier: ActivationIdentifier | undefined): Activation {
    if (identifier === null || identifier === undefined) return this.items.get("linear");
    if (typeof identifier === "string") return this.items.get(identifier);
    if (typeof identifier === "function")
      return { name: identifier.name || "custom", apply: identifier, getConfig: () => ({}) };
    if (typeof identifier.apply === "function") return identifier;
    throw new ValueError("an activation is a name, a function of a tensor, or what activations.get gives");
  }

  /** With settings of its own: `activations.make("leaky_relu", { negative_slope: 0.1 })`. */
  make(name: ActivationName, config: Readonly<Record<string, unknown>>): Activation {
    return this.items.deserialize({ class_name: name, config });
  }

  /** From a Keras config: a name, or `{ class_name, config }`. */
  deserialize(serialized: SerializedItem | string | null): Activation {
    if (serialized === null) return this.items.get("linear");
    if (typeof serialized === "object" && Object.hasOwn(activationLayers, serialized.class_name))
      return this.make(activationLayers[serialized.class_name] as ActivationName, serialized.config);
    return this.items.deserialize(serialized);
  }

  /** As Keras's configs have it: the name alone where all settings are the defaults. */
  serialize(activation: Activation): SerializedItem | string {
    const config = activation.getConfig();
    const plain = this.names().includes(activation.name) ? this.items.get(activation.name).getConfig() : {};
    const same = Object.entries(config).every(([key, value]) => plain[key] === value);
    return same ? activation.name : { class_name: activation.name, config };
  }
}

/** Activations by name: `activations.get("relu").apply(x)`. */
export const activations: Activations = new Activations();

/** An item from its name or Keras's `{ class_name, config }`. */
export const deserialize: (typeof activations)["deserialize"] = (item) => activations.deserialize(item);
