// What TensorFlow.js (4.22) knows of Keras, and what means something else there: a layer's Keras 2 config in, the config that it reads out.

import { ValueError } from "../../graph/errors.js";
import type { Json } from "./kerasForm.js";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Layers that give the same numbers there. */
const layers = words(`
  InputLayer Functional Sequential Dense Activation Flatten Reshape Permute RepeatVector Embedding Masking Dropout GaussianNoise
  GaussianDropout AlphaDropout SpatialDropout1D Add Multiply Average Maximum Minimum Concatenate Dot BatchNormalization LayerNormalization
  Conv1D Conv2D Conv3D Conv2DTranspose Conv3DTranspose SeparableConv2D MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D
  AveragePooling2D AveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalAveragePooling1D GlobalAveragePooling2D ReLU LeakyReLU ELU
  PReLU Softmax ZeroPadding2D Cropping2D UpSampling2D Rescaling LSTM GRU SimpleRNN Bidirectional TimeDistributed
`);

const activations = words(
  "linear relu relu6 elu selu sigmoid tanh softmax log_softmax softplus softsign swish gelu mish",
);

/** Settings that mean something else there, or nothing: what they must be. */
const required: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  ReLU: { negative_slope: [0], threshold: [0] },
  ELU: { alpha: [1] },
  Softmax: { axis: [-1] },
  UpSampling2D: { interpolation: ["nearest"] },
  GRU: { reset_after: [false] },
  Conv1D: { groups: [1], padding: ["valid", "same"] },
  Conv2D: { groups: [1] },
  Conv3D: { groups: [1] },
};

/** Raises ValueError for what TensorFlow.js doesn't know, or knows as something else. */
export function tfjsConfig(className: string, config: Json): Json {
  const who = `${className} "${String(config["name"])}"`;
  if (!layers.has(className))
    throw new ValueError(`TensorFlow.js has no ${who}`, { hint: "save it as .keras or .onnx" });
  for (const [setting, values] of Object.entries(required[className] ?? {})) {
    if (!values.includes(config[setting]))
      throw new ValueError(`TensorFlow.js has no ${who} with ${setting} ${JSON.stringify(config[setting])}`);
  }
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
      // The weights are there: how they began doesn't matter. Constraints would be applied to them at once, which changes what they give.
      if (/_(initializer|constraint)$/.test(key) || key === "seed") return [];
      if (key === "activity_regularizer" && value) throw new ValueError(`TensorFlow.js has no ${who} with ${key}`);
      if (/activation$/.test(key) && typeof value === "string" && !activations.has(value))
        throw new ValueError(`TensorFlow.js has another ${value}, or none (${who})`);
      return [[key, /_regularizer$/.test(key) ? regularizer(value, who) : value]];
    }),
  );
}

function regularizer(value: unknown, who: string): unknown {
  const item = value as { readonly class_name: string; readonly config: Json } | null;
  if (!item) return null;
  if (!["L1", "L2", "L1L2"].includes(item.class_name))
    throw new ValueError(`TensorFlow.js has no regularizer ${item.class_name} (${who})`);
  return { class_name: "L1L2", config: { l1: item.config["l1"] ?? 0, l2: item.config["l2"] ?? 0 } };
}
