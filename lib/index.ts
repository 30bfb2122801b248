// The public API: one export list, nothing else.
// It speaks of AbortSignal, and since 6 TypeScript looks for the types of Node only where somebody names them.

/// <reference types="node" preserve="true" />

import { plugIn } from "./train/numbers.js";

plugIn();

export type { TensorData } from "./backend/backend.js";
export { MemoryReport } from "./backend/memoryReport.js";
export type { PortableProgram } from "./backend/portable.js";
export type { BackendName } from "./backend/select.js";
export {
  type Activation,
  type ActivationIdentifier,
  type ActivationName,
  type Activations,
  activations,
} from "./catalog/activations/index.js";
export * from "./catalog/callbacks/index.js";
export type { Constraint, ConstraintIdentifier, ConstraintName } from "./catalog/constraints/index.js";
export type { InitializerIdentifier, InitializerName } from "./catalog/initializers/index.js";
export * from "./catalog/layers/index.js";
export { layers } from "./catalog/layers/registry.js";
export {
  Loss,
  type LossFunction,
  type LossLike,
  type LossName,
  type LossOptions,
  type Reduction,
} from "./catalog/losses/index.js";
export {
  Metric,
  type MetricFunction,
  type MetricLike,
  type MetricName,
  type MetricOptions,
  type StateValues,
} from "./catalog/metrics/index.js";
export { constraints, initializers, losses, metrics, regularizers } from "./catalog/namespaces.js";
export { ops } from "./catalog/ops/recorded.js";
export * from "./catalog/optimizers/index.js";
export type { Regularizer, RegularizerIdentifier, RegularizerName } from "./catalog/regularizers/index.js";
export * from "./catalog/schedules/index.js";
export { constant, type TensorLike } from "./graph/call.js";
export type { CallOptions, LayerCallAttrs } from "./graph/callOptions.js";
export type { DType, NumericArray } from "./graph/dtype.js";
export {
  type ErrorDetails,
  MemoryError,
  NameError,
  type RefusedCall,
  ShapeError,
  StateError,
  ValueError,
  WeftError,
} from "./graph/errors.js";
export { Layer, type LayerOptions, type Storage } from "./graph/layer.js";
export type { Mode } from "./graph/mode.js";
export { clearNames } from "./graph/names.js";
export type { Op, Spec, View } from "./graph/op.js";
export { type ItemClass, Registry, type SerializedItem } from "./graph/registry.js";
export type { Shape } from "./graph/shape.js";
export { type Call, type Source, Tensor } from "./graph/tensor.js";
export {
  type Initializer,
  type InitializerFunction,
  type RowRange,
  Weight,
  type WeightFunction,
  type WeightOptions,
} from "./graph/weight.js";
export { clearOutput, type DisplayHandle, type DisplayOptions, display } from "./show/display.js";
export { Figure, type FigureLike, type PlotOptions, type Plottable, plot } from "./show/figure.js";
export type { HistoryLike } from "./show/historyFigure.js";
export { type Displayable, jupyterDisplay, type MimeBundle } from "./show/mime.js";
export { type Notebook, notebook, type PublishOptions, type TrainingRun } from "./show/notebook.js";
export type { ByOutput, CompileOptions, MetricsByOutput } from "./train/compile.js";
export * from "./train/configure.js";
export {
  type ClassScores,
  ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from "./train/confusion.js";
export type { ArrayData, BatchItem, DataSource, DataStructure, NestedData, ShapedData } from "./train/data.js";
export type { Drawing, DrawnEdge, DrawnNode, DrawnTensor } from "./train/drawing.js";
export type { BatchOptions, EvaluateOptions, FitOptions, PredictOptions, ValidationData } from "./train/fit.js";
export { modelFromJSON } from "./train/fromJSON.js";
export type { CallResult, GraphLayer, ModelOptions } from "./train/graphLayer.js";
export { type Distribution, histograms, type WeightHistogram, WeightHistograms } from "./train/histograms.js";
export { History } from "./train/history.js";
export { type ImageOptions, Images, image } from "./train/image.js";
export { InputLayer } from "./train/inputLayer.js";
export { Model, model, type Predictions } from "./train/model.js";
export { ModelPlot, type ModelPlotOptions } from "./train/plot.js";
export {
  type LayerTime,
  ModelProfile,
  type ProfiledKernel,
  type ProfiledSpan,
  type ProfileOptions,
} from "./train/profile.js";
export type { Verbose } from "./train/progress.js";
export { loadArrays, type NamedArrays, saveArrays } from "./train/save/arrays.js";
export type { PlainArray } from "./train/save/elements.js";
export { type ExportOptions, type LoadOptions, load, type SaveOptions } from "./train/save/index.js";
export type { LoadedWeights, LoadWeightsOptions } from "./train/save/match.js";
export { type OpeningCode, type SavedFacts, SavedFile, type SavedPart } from "./train/save/savedFile.js";
export { Sequential, type SequentialItem, sequential } from "./train/sequential.js";
export { Sketch, type SketchOptions, sketch } from "./train/sketch.js";
export type { Structure, Structured } from "./train/structure.js";
export { Summary, type SummaryOptions } from "./train/summary.js";
export type { SummaryData, SummaryRow, SummaryTotals } from "./train/summaryRows.js";
export type { Operation, Topology } from "./train/topology.js";
export * from "./train/utils.js";
