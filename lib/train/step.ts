// One step as a graph: the model written down for a batch, its losses, their gradients, the optimizer's update, and the states of
// metrics, whose results are the step's logs.

import type { StepGraph } from "../backend/backend.js";
import type { Metric, StateValues } from "../catalog/metrics/metric.js";
import { add, cast, isFinite as finiteOf, mean, min, multiply, notEqual, where } from "../catalog/ops/index.js";
import { applyAll, scalar, toTensor } from "../graph/call.js";
import { ValueError } from "../graph/errors.js";
import { replay } from "../graph/network.js";
import { type Part, within } from "../graph/part.js";
import { originalOf, placeholder, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import { type Bound, bind } from "../lower/bind.js";
import { differentiate, withReplacements } from "../lower/differentiate.js";
import type { Compiled, Resolved } from "./compile.js";
import type { AnyModel } from "./training.js";

export type StepKind = "train" | "test" | "predict";

/** Shapes of what a step is fed, batch in front; null where an output has no labels or weights. */
export interface Feed {
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[] | null)[];
  readonly weights: readonly (readonly number[] | null)[];
}

/** A step and what its outputs mean. Inputs are those of the model, labels, sample weights, then the flag that starts means anew. */
export interface StepPlan {
  readonly graph: StepGraph;
  /** Names of the first outputs; a vector's entries are numbered. */
  readonly logNames: readonly string[];
  /** Place of each of the outputs after the logs that are 1 when all is finite. */
  readonly places: readonly string[];
  /** Which input is the flag; -1 without logs. */
  readonly flag: number;
}

interface Placeholders {
  readonly inputs: readonly Tensor[];
  readonly targets: readonly (Tensor | null)[];
  readonly weights: readonly (Tensor | null)[];
}

function placeholdersFor(model: AnyModel, feed: Feed): Placeholders {
  const make = (shape: readonly number[] | null, name: string): Tensor | null =>
    shape ? placeholder(shape, "float32", name) : null;
  return {
    inputs: model.inputs.map((tensor, i) =>
      placeholder(feed.inputs[i] as readonly number[], tensor.dtype, model.inputNames[i] as string),
    ),
    targets: feed.targets.map((shape, i) => make(shape, `labels of ${model.outputNames[i]}`)),
    weights: feed.weights.map((shape, i) => make(shape, `weights of ${model.outputNames[i]}`)),
  };
}

const feedsOf = (model: AnyModel, inputs: readonly Tensor[]): Map<Tensor, Tensor> =>
  new Map(model.inputs.map((tensor, i) => [originalOf(tensor), inputs[i] as Tensor]));

/** Predicting: inputs to outputs. */
export function* predictStep(model: AnyModel, feed: Feed): Work<StepPlan> {
  const { inputs } = placeholdersFor(model, feed);
  const mode = { training: false, step: scalar(0, "int32"), seed: 0 };
  const bound = yield* bind(model.outputs, feedsOf(model, inputs), mode);
  return {
    graph: { name: `predict ${model.name}`, inputs, outputs: bound.outputs, updates: bound.updates },
    logNames: [],
    places: [],
    flag: -1,
  };
}

/** Training on, or measuring, a batch. `watch` also reports which values are finite. */
export function* learningStep(
  kind: "train" | "test",
  model: AnyModel,
  compiled: Compiled,
  feed: Feed,
  watch: boolean,
): Work<StepPlan> {
  const given = placeholdersFor(model, feed);
  const training = kind === "train";
  const step = training ? compiled.optimizer.iterations.tensor : scalar(0, "int32");
  const bound = yield* bind(model.outputs, feedsOf(model, given.inputs), { training, step, seed: compiled.seed });
  const resolved = compiled.resolve(feed.targets);
  const lossPart: Part = { place: "loss", pass: "forward" };
  const losses = within(lossPart, () => lossesOf(bound, resolved, given));
  const total = within(lossPart, () => totalLoss(compiled, losses, bound));
  yield;
  const updates = new Map<Weight, Tensor>(bound.updates);
  const flag = placeholder([], "int32", "start anew");
  const facts = { bound, given, losses, total, flag, batch: feed.inputs[0]?.[0] ?? 1 };
  const logs = within({ place: "metrics", pass: "forward" }, () => logsOf(compiled, resolved, facts, updates));
  const watched = watch ? watchedValues(model, bound, total) : [];
  let finish = (tensors: readonly Tensor[]): Tensor[] => [...tensors];
  if (training) {
    const { optimizer } = compiled;
    const found = yield* differentiate(
      [total],
      [scalar(optimizer.lossScaleFactor ?? 1)],
      compiled.trainable.map((weight) => weight.tensor),
    );
    const pairs = compiled.trainable.flatMap((weight, i) => {
      const grad = found.gradients[i];
      return grad ? [{ weight, value: weight.tensor, grad }] : [];
    });
    if (pairs.length === 0) throw noGradient(model, compiled);
    // Also for weights that no gradient reaches, as Keras keeps (and saves) them.
    optimizer.build(compiled.trainable);
    const applied = within({ place: "optimizer", pass: "update" }, () => optimizer.apply(pairs));
    for (const [weight, value] of applied) updates.set(weight, value);
    yield;
    // Backwards, the gradient that arrives first is that of the last layer.
    if (watch)
      watched.push(
        ...[...pairs].reverse().map(({ weight, grad }) => ({ place: `gradient of ${weight.path}`, values: [grad] })),
      );
    finish = (tensors) => withReplacements(tensors, found);
  }
  const flags = watched.map(({ values }) => allFinite(values));
  yield;
  const roots = finish([...logs.map((log) => log.value), ...flags, ...updates.values()]);
  const outputs = roots.slice(0, logs.length + flags.length);
  const updated = new Map(
    [...updates.keys()].map((weight, i): [Weight, Tensor] => [weight, roots[outputs.length + i] as Tensor]),
  );
  const inputs = [...given.inputs, ...[...given.targets, ...given.weights].filter((tensor) => tensor !== null), flag];
  const graph: StepGraph = { name: `${kind} ${model.name}`, inputs, outputs, updates: updated };
  return {
    graph,
    logNames: logs.map((log) => log.name),
    places: watched.map(({ place }) => place),
    flag: inputs.length - 1,
  };
}

/** Gradients of the loss on a batch, as training would see them; one output for each weight that one reaches. */
export function* gradientStep(
  model: AnyModel,
  compiled: Compiled,
  feed: Feed,
): Work<{ readonly plan: StepPlan; readonly weights: readonly Weight[] }> {
  const given = placeholdersFor(model, feed);
  const mode = { training: true, step: scalar(0, "int32"), seed: compiled.seed };
  const bound = yield* bind(model.outputs, feedsOf(model, given.inputs), mode);
  const losses = lossesOf(bound, compiled.resolve(feed.targets), given);
  const total = totalLoss(compiled, losses, bound);
  const tensors = compiled.trainable.map((weight) => weight.tensor);
  const found = yield* differentiate([total], [scalar(1)], tensors);
  const weights = compiled.trainable.filter((_, i) => found.gradients[i]);
  if (weights.length === 0) throw noGradient(model, compiled);
  const outputs = withReplacements(
    found.gradients.filter((gradient) => gradient !== null),
    found,
  );
  const flag = placeholder([], "int32", "start anew");
  const inputs = [...given.inputs, ...[...given.targets, ...given.weights].filter((tensor) => tensor !== null), flag];
  const graph: StepGraph = { name: `gradients of ${model.name}`, inputs, outputs, updates: new Map() };
  return { plan: { graph, logNames: [], places: [], flag: inputs.length - 1 }, weights };
}

/** What is looked at, in the order in which it is computed. */
function watchedValues(model: AnyModel, bound: Bound, total: Tensor): { place: string; values: readonly Tensor[] }[] {
  return [
    ...bound.trace.map(({ layer, outputs }) => ({ place: `output of ${layer.describe()}`, values: outputs })),
    ...bound.outputs.map((output, i) => ({ place: `output "${model.outputNames[i]}"`, values: [output] })),
    { place: "the loss", values: [total] },
  ];
}

function lossesOf(bound: Bound, resolved: Resolved, given: Placeholders): (Tensor | null)[] {
  return resolved.losses.map((loss, i) => {
    const target = given.targets[i];
    if (!loss || !target) return null;
    const value = loss.call(target, bound.outputs[i] as Tensor, given.weights[i] ?? undefined);
    // Values by sample (reduction "none") still have to become one number.
    return value.rank === 0 ? value : mean(value);
  });
}

/** Weighted losses, what layers add, and the penalties of regularizers. */
function totalLoss(compiled: Compiled, losses: readonly (Tensor | null)[], bound: Bound): Tensor {
  const weighted = losses.flatMap((loss, i) => {
    const weight = compiled.lossWeights[i] ?? null;
    return loss === null ? [] : [weight === null ? loss : multiply(loss, weight)];
  });
  const penalties = compiled.trainable.flatMap((weight) =>
    weight.regularizer ? [weight.regularizer(weight.tensor)] : [],
  );
  compiled.requireLoss(bound.losses.length);
  const all = [...weighted, ...bound.losses, ...penalties];
  return all.length === 0 ? scalar(0) : all.reduce((sum, loss) => add(sum, loss));
}

interface Facts {
  readonly bound: Bound;
  readonly given: Placeholders;
  readonly losses: readonly (Tensor | null)[];
  readonly total: Tensor;
  readonly flag: Tensor;
  readonly batch: number;
}

/** Results of all means and metrics after this batch; their states go into `updates`. */
function logsOf(
  compiled: Compiled,
  resolved: Resolved,
  facts: Facts,
  updates: Map<Weight, Tensor>,
): { name: string; value: Tensor }[] {
  const { bound, given, losses, batch } = facts;
  const entries: { name: string; metric: Metric; next: Map<Weight, Tensor> }[] = [];
  const size = toTensor(batch);
  entries.push({
    name: "loss",
    metric: compiled.lossMean,
    next: compiled.lossMean.update(facts.total, undefined, size),
  });
  compiled.outputMeans.forEach((metric, i) => {
    const loss = losses[i];
    if (metric && loss) entries.push({ name: metric.name, metric, next: metric.update(loss, undefined, size) });
  });
  for (const { name, metric, output, weighted } of resolved.metrics) {
    const target = given.targets[output];
    if (!target) continue;
    const sampleWeight = weighted ? (given.weights[output] ?? undefined) : undefined;
    entries.push({ name, metric, next: metric.update(target, bound.outputs[output] as Tensor, sampleWeight) });
  }
  const states = startAnew(entries, facts.flag);
  for (const [state, value] of states) updates.set(state, value);
  // In alphabetical order, as Keras's logs are.
  return entries
    .map(({ name, metric }) => ({ name, value: metric.result(states as StateValues) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** New values of states, as if they held their first values where the flag is set: one select instead of a round trip. */
function startAnew(
  entries: readonly { metric: Metric; next: Map<Weight, Tensor> }[],
  flag: Tensor,
): Map<Weight, Tensor> {
  const isFirst = notEqual(flag, 0);
  const substitution = new Map<Tensor, Tensor>();
  for (const { metric } of entries) {
    for (const [state, first] of metric.reset()) substitution.set(state.tensor, where(isFirst, first, state.tensor));
  }
  const weights = entries.flatMap(({ next }) => [...next.keys()]);
  const values = entries.flatMap(({ next }) => [...next.values()]);
  const replaced = replay(values, substitution, (call, inputs) => {
    const same = inputs.every((input, i) => input === originalOf(call.inputs[i] as Tensor));
    return same || !call.op ? call.outputs : applyAll(call.op, inputs, call.attrs);
  });
  return new Map(weights.map((weight, i) => [weight, replaced[i] as Tensor]));
}

function allFinite(values: readonly Tensor[]): Tensor {
  const flags = values.filter((value) => value.dtype === "float32").map((value) => min(cast(finiteOf(value), "int32")));
  return flags.length === 0 ? scalar(1, "int32") : flags.reduce((all, flag) => multiply(all, flag));
}

function noGradient(model: AnyModel, compiled: Compiled): ValueError {
  if (compiled.trainable.length === 0) {
    return new ValueError(`${model.describe()} has no trainable weights`, {
      hint: "set trainable to true on some layer, then compile again",
    });
  }
  return new ValueError(`the loss of ${model.describe()} has no gradient towards any weight`, {
    notes: [`outputs: ${model.outputNames.join(", ")}`],
    hint: "comparisons, argmax, casts to int32 and stopGradient let no gradient through",
  });
}
