// All layers: a class and a factory each.

import type { Layer } from "../../graph/layer.js";
import { Registry } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { Activation } from "./activation.js";
import { ELU, LeakyReLU, PReLU, ReLU, Softmax } from "./activationLayers.js";
import { layerItem } from "./base.js";
import { bidirectionalItem } from "./bidirectional.js";
import { Concatenate } from "./concatenate.js";
import { Conv1D, Conv2D, Conv3D } from "./conv.js";
import { Dense } from "./dense.js";
import { Dot } from "./dot.js";
import { Dropout, SpatialDropout1D, SpatialDropout2D } from "./dropout.js";
import { Cropping1D, Cropping2D, Identity, UpSampling1D, UpSampling2D, ZeroPadding1D, ZeroPadding2D } from "./edges.js";
import { Embedding } from "./embedding.js";
import { Flatten } from "./flatten.js";
import { GRU } from "./gru.js";
import { LSTM } from "./lstm.js";
import { Masking } from "./masking.js";
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from "./merge.js";
import { GaussianDropout, GaussianNoise } from "./noise.js";
import { BatchNormalization, LayerNormalization } from "./normalization.js";
import { Permute } from "./permute.js";
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from "./pooling.js";
import { RepeatVector } from "./repeatVector.js";
import { Rescaling } from "./rescaling.js";
import { Reshape } from "./reshape.js";
import { SimpleRNN } from "./simpleRNN.js";
import { timeDistributedItem } from "./timeDistributed.js";

export * from "./activation.js";
export * from "./activationLayers.js";
export * from "./bidirectional.js";
export * from "./concatenate.js";
export * from "./conv.js";
export * from "./dense.js";
export * from "./dot.js";
export * from "./dropout.js";
export * from "./edges.js";
export * from "./embedding.js";
export * from "./flatten.js";
export * from "./gru.js";
export * from "./input.js";
export * from "./lstm.js";
export * from "./masking.js";
export * from "./merge.js";
export * from "./noise.js";
export * from "./normalization.js";
export * from "./permute.js";
export * from "./pooling.js";
export { Recurrent } from "./recurrent.js";
export type { RecurrentOptions } from "./recurrentOptions.js";
export * from "./repeatVector.js";
export * from "./rescaling.js";
export * from "./reshape.js";
export * from "./simpleRNN.js";
export * from "./timeDistributed.js";

/** Finds layers by Keras's class name. */
export const layers: Registry<Layer<Tensor | Tensor[]>> = new Registry("layer", [
  ...[
    Dense,
    Activation,
    Flatten,
    Reshape,
    Permute,
    RepeatVector,
    Embedding,
    Masking,
    Rescaling,
    Dropout,
    SpatialDropout1D,
    SpatialDropout2D,
    GaussianNoise,
    GaussianDropout,
    Add,
    Subtract,
    Multiply,
    Average,
    Maximum,
    Minimum,
    Concatenate,
    Dot,
    BatchNormalization,
    LayerNormalization,
    Conv1D,
    Conv2D,
    Conv3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    ReLU,
    LeakyReLU,
    ELU,
    PReLU,
    Softmax,
    ZeroPadding1D,
    ZeroPadding2D,
    Cropping1D,
    Cropping2D,
    UpSampling1D,
    UpSampling2D,
    Identity,
    LSTM,
    GRU,
    SimpleRNN,
  ].map((made) => layerItem(made as never)),
  bidirectionalItem((config) => layers.deserialize(config)),
  timeDistributedItem((config) => layers.deserialize(config)),
]);
