// Ways to use every registered layer, which the laws of layers try. A new layer needs a line here: without one its laws fail.

import type { DType } from "../../lib/graph/dtype.js";
import { dense, input, model, sequential } from "../../lib/index.js";

export interface LayerSample {
  /** Keras's config. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Shapes without the batch. */
  readonly inputs: readonly (readonly number[])[];
  /** Default float32; whole numbers are from 0 to 5. */
  readonly dtype?: DType;
  /** Why samples of a batch depend on each other in training; absent where they don't. */
  readonly mixes?: string;
  /** Weights that no step changes: their gradient is zero by where they stand. */
  readonly still?: readonly string[];
  /** Why nothing in front of it can be trained; absent where it can. */
  readonly steps?: string;
}

const image = [5, 4, 3];
const sequence = [5, 3];
const volume = [4, 3, 4, 2];

/** `layer` of these inputs, as a config of a model. */
function modelConfigs(): { functional: Record<string, unknown>; sequential: Record<string, unknown> } {
  const [a, b] = [input([3], { name: "a" }), input([3], { name: "b" })];
  const shared = dense(4, { activation: "tanh", name: "shared" });
  const whole = model({ inputs: [a, b], outputs: [shared(a), dense(2, { name: "own" })(shared(b))], name: "whole" });
  const chain = sequential([input([3], { name: "c" }), dense(4, { name: "first" }), dense(2, { name: "second" })], {
    name: "chain",
  });
  return { functional: whole.getConfig(), sequential: chain.getConfig() };
}
const models = modelConfigs();

/** Registered names that can't be tried, and why. */
export const unsampled: Readonly<Record<string, string>> = {
  InputLayer: "it stands for an input and isn't called",
  Model: "another name of Functional",
};

/** Samples by class name. */
export const layerSamples: Readonly<Record<string, readonly LayerSample[]>> = {
  Dense: [
    { config: { units: 4, activation: "tanh" }, inputs: [[3]] },
    { config: { units: 2, use_bias: false, kernel_constraint: "NonNeg" }, inputs: [sequence] },
    { config: { units: 2, activity_regularizer: { class_name: "L2", config: { l2: 0.1 } } }, inputs: [sequence] },
  ],
  Activation: [
    { config: { activation: "sigmoid" }, inputs: [sequence] },
    { config: { activation: "softmax" }, inputs: [[4]] },
  ],
  ActivityRegularization: [{ config: { l1: 0.1, l2: 0.2 }, inputs: [sequence] }],
  Flatten: [{ config: {}, inputs: [image] }],
  Reshape: [{ config: { target_shape: [3, -1] }, inputs: [sequence] }],
  Permute: [{ config: { dims: [2, 1] }, inputs: [sequence] }],
  RepeatVector: [{ config: { n: 3 }, inputs: [[4]] }],
  Embedding: [
    { config: { input_dim: 6, output_dim: 3 }, inputs: [[4]], dtype: "int32" },
    { config: { input_dim: 6, output_dim: 3, mask_zero: true }, inputs: [[4]], dtype: "int32" },
  ],
  Masking: [{ config: { mask_value: 0 }, inputs: [sequence] }],
  Rescaling: [{ config: { scale: 0.5, offset: 1 }, inputs: [image] }],
  Dropout: [
    { config: { rate: 0.5 }, inputs: [sequence] },
    { config: { rate: 0.3, noise_shape: [null, 1, 3] }, inputs: [sequence] },
  ],
  SpatialDropout1D: [{ config: { rate: 0.5 }, inputs: [sequence] }],
  SpatialDropout3D: [{ config: { rate: 0.2 }, inputs: [volume] }],
  AlphaDropout: [{ config: { rate: 0.3 }, inputs: [sequence] }],
  SpatialDropout2D: [{ config: { rate: 0.5 }, inputs: [image] }],
  GaussianNoise: [{ config: { stddev: 0.1 }, inputs: [sequence] }],
  GaussianDropout: [{ config: { rate: 0.3 }, inputs: [sequence] }],
  Add: [{ config: {}, inputs: [sequence, sequence, sequence] }],
  Subtract: [{ config: {}, inputs: [sequence, sequence] }],
  Multiply: [{ config: {}, inputs: [sequence, sequence] }],
  Average: [{ config: {}, inputs: [sequence, sequence] }],
  Maximum: [{ config: {}, inputs: [sequence, sequence] }],
  Minimum: [{ config: {}, inputs: [sequence, sequence] }],
  Concatenate: [
    { config: { axis: -1 }, inputs: [sequence, [5, 2]] },
    { config: { axis: 1 }, inputs: [sequence, [2, 3]] },
  ],
  Dot: [
    { config: { axes: 1 }, inputs: [[4], [4]] },
    { config: { axes: [2, 1], normalize: true }, inputs: [sequence, [3, 2]] },
  ],
  EinsumDense: [
    { config: { equation: "abc,cd->abd", output_shape: [null, 2], bias_axes: "d" }, inputs: [sequence] },
    { config: { equation: "...x,xyz->...yz", output_shape: [2, 3], bias_axes: "y" }, inputs: [sequence] },
    { config: { equation: "ab...,bc->ac...", output_shape: [4], activation: "tanh" }, inputs: [sequence] },
  ],
  Attention: [
    { config: {}, inputs: [sequence, [4, 3]] },
    { config: { use_scale: true, score_mode: "concat", dropout: 0.3 }, inputs: [sequence, [4, 2], [4, 3]] },
  ],
  AdditiveAttention: [{ config: {}, inputs: [sequence, [4, 3]] }],
  MultiHeadAttention: [
    // A key's bias moves all scores of a query alike, which softmax doesn't see.
    { config: { num_heads: 2, key_dim: 2 }, inputs: [sequence, [4, 2]], still: ["key/bias"] },
    {
      config: {
        num_heads: 2,
        key_dim: 2,
        value_dim: 3,
        output_shape: [4],
        use_gate: true,
        dropout: 0.3,
        sliding_window: 2,
      },
      inputs: [sequence, [4, 2], [4, 2]],
      still: ["key/bias"],
    },
    {
      config: { num_heads: 2, key_dim: 2, attention_axes: [1, 2], use_bias: false },
      inputs: [
        [2, 3, 2],
        [2, 2, 2],
      ],
    },
    {
      config: { num_heads: 1, key_dim: 2, attention_axes: 2, use_bias: false },
      inputs: [
        [2, 3, 2],
        [2, 4, 2],
      ],
    },
  ],
  BatchNormalization: [
    { config: {}, inputs: [sequence], mixes: "it normalizes by the batch's mean and variance" },
    { config: { axis: 1, scale: false }, inputs: [image], mixes: "it normalizes by the batch's mean and variance" },
  ],
  GroupNormalization: [
    { config: { groups: 2 }, inputs: [[3, 4]] },
    { config: { groups: -1, axis: 1, center: false }, inputs: [image] },
  ],
  UnitNormalization: [{ config: { axis: [1, 2] }, inputs: [sequence] }],
  RMSNormalization: [
    { config: {}, inputs: [sequence] },
    { config: { axis: [1, -1], epsilon: 0.01 }, inputs: [sequence] },
  ],
  LayerNormalization: [
    { config: {}, inputs: [sequence] },
    { config: { axis: [1, 2], center: false }, inputs: [image] },
  ],
  Conv1D: [
    { config: { filters: 3, kernel_size: 2, padding: "causal", dilation_rate: 2 }, inputs: [sequence] },
    { config: { filters: 4, kernel_size: 3, strides: 2 }, inputs: [sequence] },
  ],
  Conv2D: [
    { config: { filters: 2, kernel_size: [3, 2], strides: 2, padding: "same", activation: "relu" }, inputs: [image] },
    { config: { filters: 4, kernel_size: 2, groups: 2, use_bias: false }, inputs: [[5, 4, 4]] },
  ],
  Conv3D: [{ config: { filters: 2, kernel_size: 2 }, inputs: [volume] }],
  Conv1DTranspose: [
    { config: { filters: 2, kernel_size: 3, strides: 2, output_padding: 1 }, inputs: [sequence] },
    { config: { filters: 2, kernel_size: 2, dilation_rate: 2, padding: "same" }, inputs: [sequence] },
  ],
  Conv2DTranspose: [
    { config: { filters: 2, kernel_size: [3, 2], strides: [2, 3], padding: "same" }, inputs: [[3, 2, 3]] },
    { config: { filters: 2, kernel_size: 1, strides: 2 }, inputs: [[3, 2, 3]] },
  ],
  Conv3DTranspose: [{ config: { filters: 2, kernel_size: 2, strides: 2 }, inputs: [[2, 2, 1, 2]] }],
  DepthwiseConv1D: [{ config: { kernel_size: 2, depth_multiplier: 2, dilation_rate: 2 }, inputs: [sequence] }],
  DepthwiseConv2D: [
    { config: { kernel_size: 3, strides: 2, padding: "same", use_bias: false }, inputs: [image] },
    { config: { kernel_size: [2, 3], depth_multiplier: 2 }, inputs: [image] },
  ],
  SeparableConv1D: [{ config: { filters: 2, kernel_size: 3, padding: "same" }, inputs: [sequence] }],
  SeparableConv2D: [{ config: { filters: 4, kernel_size: 2, depth_multiplier: 2 }, inputs: [image] }],
  MaxPooling1D: [{ config: { pool_size: 2 }, inputs: [sequence] }],
  MaxPooling2D: [{ config: { pool_size: 2, padding: "same" }, inputs: [image] }],
  MaxPooling3D: [{ config: { pool_size: 2 }, inputs: [volume] }],
  AveragePooling1D: [{ config: { pool_size: 2, padding: "same" }, inputs: [sequence] }],
  AveragePooling2D: [{ config: { pool_size: 3, strides: 1 }, inputs: [image] }],
  AveragePooling3D: [{ config: { pool_size: 2 }, inputs: [volume] }],
  GlobalMaxPooling1D: [{ config: {}, inputs: [sequence] }],
  GlobalMaxPooling2D: [{ config: {}, inputs: [image] }],
  GlobalMaxPooling3D: [{ config: {}, inputs: [volume] }],
  GlobalAveragePooling1D: [{ config: {}, inputs: [sequence] }],
  GlobalAveragePooling2D: [{ config: { keepdims: true }, inputs: [image] }],
  GlobalAveragePooling3D: [{ config: {}, inputs: [volume] }],
  ReLU: [{ config: { negative_slope: 0.1, max_value: 1 }, inputs: [sequence] }],
  LeakyReLU: [{ config: {}, inputs: [sequence] }],
  ELU: [{ config: { alpha: 0.7 }, inputs: [sequence] }],
  PReLU: [{ config: { shared_axes: [1] }, inputs: [sequence] }],
  Softmax: [{ config: { axis: 1 }, inputs: [sequence] }],
  ZeroPadding1D: [{ config: { padding: 1 }, inputs: [sequence] }],
  ZeroPadding2D: [{ config: { padding: [[1, 0], [0, 2]] }, inputs: [image] }], // biome-ignore format: a pair a side
  Cropping1D: [{ config: { cropping: [1, 1] }, inputs: [sequence] }],
  Cropping2D: [{ config: { cropping: 1 }, inputs: [image] }],
  UpSampling1D: [{ config: { size: 2 }, inputs: [sequence] }],
  UpSampling2D: [
    { config: { size: 2 }, inputs: [image] },
    { config: { size: [2, 3], interpolation: "bilinear" }, inputs: [image] },
  ],
  UpSampling3D: [{ config: { size: [1, 2, 1] }, inputs: [volume] }],
  ZeroPadding3D: [{ config: { padding: [1, 0, 2] }, inputs: [volume] }],
  Cropping3D: [{ config: { cropping: [[1, 0], [0, 1], [1, 1]] }, inputs: [volume] }], // biome-ignore format: a pair a side
  Resizing: [
    { config: { height: 3, width: 7, interpolation: "bicubic" }, inputs: [image] },
    { config: { height: 2, width: 2, crop_to_aspect_ratio: true, antialias: true }, inputs: [image] },
    { config: { height: 4, width: 6, pad_to_aspect_ratio: true, fill_value: 0.5 }, inputs: [image] },
  ],
  CenterCrop: [
    { config: { height: 2, width: 3 }, inputs: [image] },
    { config: { height: 7, width: 3 }, inputs: [image] },
  ],
  Normalization: [
    { config: { axis: -1 }, inputs: [sequence] },
    { config: { axis: [1, 2], mean: [1, 2, 3], variance: [0.5, 1.5, 2], invert: true }, inputs: [sequence] },
    { config: { axis: null, mean: 1, variance: 4 }, inputs: [sequence] },
  ],
  CategoryEncoding: [
    { config: { num_tokens: 5 }, inputs: [[3]], dtype: "int32" },
    { config: { num_tokens: 6, output_mode: "count" }, inputs: [[3]], dtype: "int32" },
    { config: { num_tokens: 6, output_mode: "one_hot" }, inputs: [[3, 1]], dtype: "int32" },
  ],
  Discretization: [
    { config: { bin_boundaries: [-0.5, 0, 0.3] }, inputs: [[4]], steps: "numbers of bins don't change by degrees" },
    {
      config: { bin_boundaries: [-0.5, 0, 0.3], output_mode: "one_hot" },
      inputs: [[4]],
      steps: "numbers of bins don't change by degrees",
    },
  ],
  Identity: [{ config: {}, inputs: [sequence] }],
  LSTM: [
    { config: { units: 2 }, inputs: [sequence] },
    { config: { units: 2, return_sequences: true, go_backwards: true, dropout: 0.3 }, inputs: [sequence] },
    { config: { units: 2, return_state: true, recurrent_dropout: 0.3 }, inputs: [sequence] },
  ],
  GRU: [
    { config: { units: 2, return_sequences: true }, inputs: [sequence] },
    { config: { units: 2, reset_after: false }, inputs: [sequence] },
  ],
  SimpleRNN: [{ config: { units: 2, return_sequences: true, return_state: true }, inputs: [sequence] }],
  Bidirectional: [
    { config: { layer: { class_name: "GRU", config: { units: 2, return_sequences: true } } }, inputs: [sequence] },
    { config: { layer: { class_name: "LSTM", config: { units: 2 } }, merge_mode: "sum" }, inputs: [sequence] },
  ],
  TimeDistributed: [
    { config: { layer: { class_name: "Dense", config: { units: 2 } } }, inputs: [sequence] },
    { config: { layer: { class_name: "Conv1D", config: { filters: 2, kernel_size: 2 } } }, inputs: [[2, 4, 3]] },
  ],
  Functional: [{ config: models.functional, inputs: [[3], [3]] }],
  Sequential: [{ config: models.sequential, inputs: [[3]] }],
};
