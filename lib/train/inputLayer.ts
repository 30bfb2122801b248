// The layer that Keras puts where a model begins. Weft's inputs are plain tensors; this is how they appear among a model's layers.

import { ValueError } from "../graph/errors.js";
import { Layer } from "../graph/layer.js";
import { originalOf, placeholder, type Tensor } from "../graph/tensor.js";

/** Stands for an input among `model.layers`. */
export class InputLayer extends Layer {
  /** The recorded input. */
  readonly tensor: Tensor;
  override readonly masking = "keeps" as const;

  constructor(tensor: Tensor) {
    super({ name: tensor.name });
    this.tensor = tensor;
    this.built = true;
    this.calls.push([tensor]);
  }

  override get className(): string {
    return "InputLayer";
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  override getConfig(): Record<string, unknown> {
    return {
      batch_shape: [...this.tensor.shape],
      dtype: this.tensor.dtype,
      sparse: false,
      ragged: false,
      name: this.name,
      optional: false,
    };
  }

  /** A new input from Keras's config. */
  static fromConfig(config: Readonly<Record<string, unknown>>): InputLayer {
    const shape = shapeIn(config, String(config["name"]));
    const dtype = config["dtype"] === "int64" ? "int32" : config["dtype"];
    return inputLayerOf(
      placeholder(shape, dtype === "int32" || dtype === "bool" ? dtype : "float32", String(config["name"])),
    );
  }
}

function shapeIn(config: Readonly<Record<string, unknown>>, name: string): (number | null)[] {
  const shape = config["batch_shape"] ?? config["batch_input_shape"];
  const fits = (size: unknown): boolean => size === null || (Number.isSafeInteger(size) && (size as number) > 0);
  if (Array.isArray(shape) && shape.length > 0 && shape.every(fits)) return shape;
  throw new ValueError(`input "${name}": ${JSON.stringify(shape) ?? "nothing"} is no shape`, {
    hint: "a batch_shape is a list of whole numbers from 1 on, with null for sizes that vary",
  });
}

const made = new WeakMap<Tensor, InputLayer>();

/** The layer of an input; the same one for the same input. */
export function inputLayerOf(tensor: Tensor): InputLayer {
  const key = originalOf(tensor);
  let layer = made.get(key);
  if (!layer) {
    layer = new InputLayer(key);
    made.set(key, layer);
  }
  return layer;
}
