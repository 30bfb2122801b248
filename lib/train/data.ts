// From what users pass as data to samples: columns in the order of a model's inputs and outputs, checked before any memory is taken.

import type { NdArray } from "ndarray";
import type { NumericArray } from "../graph/dtype.js";
import { ShapeError, unknownName, ValueError } from "../graph/errors.js";
import { type Shape, showShape, sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import { inTurns, type Work } from "../graph/turns.js";
import { Column, isShaped, isTypedArray, toColumn } from "./column.js";
import type { AnyModel } from "./training.js";

/** A typed array or plain list with the shape it stands for. */
export interface ShapedData {
  readonly data: NumericArray | readonly number[];
  readonly shape: readonly number[];
}

/** Lists of lists of numbers; the innermost may be typed arrays. */
export type NestedData = readonly (number | boolean | NumericArray | ShapedData | NestedData)[];

/** One array of samples, [samples, …]. A bare typed array takes the model's shape. */
export type ArrayData = NdArray | NumericArray | ShapedData | NestedData;

/** Data for a model: one array, a list of them in order, or a record by name. */
export type DataStructure = ArrayData | readonly (ArrayData | null)[] | Readonly<Record<string, ArrayData>>;

/** One batch of a generator: `[x, y, sampleWeight?]`, or only x when there is nothing to compare with. */
export type BatchItem = DataStructure | readonly [x: DataStructure, y?: DataStructure, sampleWeight?: DataStructure];

/** Data, or an iterable of batches (a function makes a new one for every epoch). */
export type DataSource =
  | DataStructure
  | Iterable<BatchItem>
  | AsyncIterable<BatchItem>
  | (() => Iterable<BatchItem> | AsyncIterable<BatchItem>);

/** Columns by input and by output of a model. */
export interface Samples {
  readonly length: number;
  readonly inputs: readonly Column[];
  /** Null where an output isn't compared with anything. */
  readonly targets: readonly (Column | null)[];
  readonly weights: readonly (Column | null)[];
}

/** What outputs are compared with. */
export interface TargetUse {
  /** By output: whether a loss or a metric needs labels. */
  readonly needed: readonly boolean[];
  /** Throws when labels don't fit. */
  check(index: number, labels: Column): Work<void>;
}

export interface SampleOptions {
  readonly sampleWeight?: DataStructure | undefined;
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
}

/** Whether `x` yields batches rather than being data itself. */
export function isBatches(
  x: DataSource,
): x is Iterable<BatchItem> | AsyncIterable<BatchItem> | (() => Iterable<BatchItem> | AsyncIterable<BatchItem>) {
  if (typeof x === "function") return true;
  if (x === null || typeof x !== "object" || Array.isArray(x) || isTypedArray(x) || isShaped(x)) return false;
  return Symbol.asyncIterator in x || Symbol.iterator in x;
}

/** Builds a model that has waited for data to know its input (a sequential one). */
export async function buildFor(model: AnyModel, x: DataSource): Promise<void> {
  if (model.built) return;
  if (isBatches(x))
    throw new ValueError(`${model.describe()} must know its input before it takes batches`, {
      hint: "put an input([...]) in front",
    });
  const value = Array.isArray(x) && x.length === 1 && isShaped(x[0]) ? x[0] : x;
  const { shape } = await inTurns(toColumn("the input", value, () => null));
  model.ensureBuilt([[null, ...shape.slice(1)]]);
}

/** All columns for a model. `use` is null for predicting. Raises ShapeError, NameError or ValueError for what doesn't fit. */
export function* toSamples(
  model: AnyModel,
  x: DataStructure,
  y: DataStructure | undefined,
  use: TargetUse | null,
  options: SampleOptions = {},
): Work<Samples> {
  const { inputs, inputNames, outputs, outputNames } = model;
  const given = spread(x, inputNames, `the inputs of ${model.describe()}`, (value) =>
    looksLikeOne(value, inputs[0] as Tensor),
  );
  const columns: Column[] = [];
  for (const [i, tensor] of inputs.entries())
    columns.push(yield* inputColumn(tensor, inputNames[i] as string, given[i], model));
  const length = (columns[0] as Column).length;
  sameLength(columns, length, columns[0] as Column);
  if (!use) return { length, inputs: columns, targets: outputs.map(() => null), weights: outputs.map(() => null) };
  if (y === undefined && use.needed.some(Boolean)) {
    throw new ValueError(
      `${model.describe()} needs labels for ${outputNames.filter((_, i) => use.needed[i]).join(", ")}`,
      { hint: "pass them as the second argument" },
    );
  }
  const labels = y === undefined ? [] : spread(y, outputNames, `the labels of ${model.describe()}`, isLabels(length));
  const targets: (Column | null)[] = [];
  for (const [i, tensor] of outputs.entries())
    targets.push(use.needed[i] ? yield* targetColumn(tensor, outputNames[i] as string, labels[i], length) : null);
  sameLength(
    targets.filter((column) => column !== null),
    length,
    columns[0] as Column,
  );
  for (const [i, column] of targets.entries()) if (column) yield* use.check(i, column);
  const weights = yield* sampleWeights(model, targets, length, options);
  sameLength(
    weights.filter((column) => column !== null),
    length,
    columns[0] as Column,
  );
  return { length, inputs: columns, targets, weights };
}

/** A list by name of what was passed as one thing, a list or a record. */
function spread(
  value: DataStructure,
  names: readonly string[],
  what: string,
  isOne: (value: unknown) => boolean,
): unknown[] {
  const isRecord =
    typeof value === "object" && value !== null && !Array.isArray(value) && !isShaped(value) && !isTypedArray(value);
  if (isRecord && !(value instanceof Column)) {
    const record = value as Readonly<Record<string, ArrayData>>;
    for (const name of Object.keys(record))
      if (!names.includes(name)) throw unknownName(`name among ${what}`, name, names);
    return names.map((name) => record[name]);
  }
  if (names.length === 1) return Array.isArray(value) && value.length === 1 && !isOne(value) ? [value[0]] : [value];
  if (!Array.isArray(value))
    throw new ValueError(`${what}: expected ${names.length} arrays (${names.join(", ")}), received one`, {
      hint: "pass a list, or a record by name",
    });
  if (value.length !== names.length) {
    throw new ValueError(`${what}: expected ${names.length} arrays (${names.join(", ")}), received ${value.length}`);
  }
  return value;
}

/** Whether a list is the only input itself rather than a list that holds it: an ndarray of full rank inside says the latter. */
function looksLikeOne(value: unknown, tensor: Tensor): boolean {
  const first = (value as readonly unknown[])[0];
  return !(isShaped(first) && first.shape.length >= tensor.rank);
}

/** The same for labels: a list of one thing can't be the labels of several samples. */
const isLabels =
  (length: number) =>
  (value: unknown): boolean =>
    (length === 1 && !isShaped((value as readonly unknown[])[0])) ||
    typeof (value as readonly unknown[])[0] !== "object";

function* inputColumn(tensor: Tensor, name: string, value: unknown, model: AnyModel): Work<Column> {
  if (value === undefined || value === null) throw new ValueError(`${model.describe()}: no data for input "${name}"`);
  const inner = tensor.shape.slice(1);
  const size = inner.every((dimension) => dimension !== null)
    ? inner.reduce<number>((product, dimension) => product * (dimension as number), 1)
    : 0;
  const column = yield* toColumn(`input "${name}"`, value, (count) =>
    size > 0 && count % size === 0 ? [count / size, ...(inner as number[])] : null,
  );
  if (column.length === 0) throw new ValueError(`${model.describe()} received empty data for input "${name}"`);
  const fitted = adjustRank(column, tensor.shape);
  const fits =
    fitted.shape.length === tensor.rank &&
    fitted.shape.every((given, axis) => axis === 0 || tensor.shape[axis] === null || tensor.shape[axis] === given);
  if (fits) return fitted;
  const single = column.shape.length === tensor.rank - 1;
  throw new ShapeError(
    `${model.describe()} expects ${showShape(tensor.shape)} for input "${name}", received ${showShape(column.shape)}`,
    {
      hint: single
        ? "a single sample needs a dimension for the batch in front"
        : "the first dimension counts samples, the others must be the input's",
    },
  );
}

/** Data that lacks, or has too much, a last dimension of size 1. */
function adjustRank(column: Column, shape: Shape): Column {
  if (column.shape.length === shape.length - 1 && shape.at(-1) === 1) return column.withLastOne(true);
  if (column.shape.length === shape.length + 1 && column.shape.at(-1) === 1) return column.withLastOne(false);
  return column;
}

function* targetColumn(tensor: Tensor, name: string, value: unknown, length: number): Work<Column> {
  if (value === undefined || value === null) throw new ValueError(`no labels for output "${name}"`);
  const inner = tensor.shape.slice(1);
  return yield* toColumn(`labels of "${name}"`, value, (count) => {
    if (count === length) return [count];
    const size = inner.reduce<number>((product, dimension) => product * (dimension ?? 0), 1);
    return size > 0 && count % size === 0 ? [count / size, ...(inner as number[])] : null;
  });
}

function sameLength(columns: readonly Column[], length: number, first: Column): void {
  const other = columns.find((column) => column.length !== length);
  if (!other) return;
  throw new ShapeError(
    `data of unequal lengths: ${other.name} has ${other.length} samples, ${first.name} has ${length}`,
  );
}

function* sampleWeights(
  model: AnyModel,
  targets: readonly (Column | null)[],
  length: number,
  options: SampleOptions,
): Work<(Column | null)[]> {
  const { sampleWeight, classWeight } = options;
  if (sampleWeight !== undefined && sampleWeight !== null && classWeight)
    throw new ValueError("give sampleWeight or classWeight, not both");
  if (classWeight) {
    const target = targets[0];
    if (targets.length !== 1 || !target)
      throw new ValueError("classWeight needs a model with one output", {
        hint: "give sampleWeight by output instead",
      });
    return [yield* weightsByClass(target, model.outputs[0]?.shape ?? [], classWeight)];
  }
  if (sampleWeight === undefined || sampleWeight === null) return targets.map(() => null);
  const single = !Array.isArray(sampleWeight) || typeof sampleWeight[0] === "number";
  const isRecord =
    single &&
    typeof sampleWeight === "object" &&
    !Array.isArray(sampleWeight) &&
    !isShaped(sampleWeight) &&
    !isTypedArray(sampleWeight);
  // One list of weights is for all outputs.
  const given =
    single && !isRecord
      ? targets.map(() => sampleWeight)
      : spread(sampleWeight, model.outputNames, `the sample weights of ${model.describe()}`, isLabels(length));
  const weights: (Column | null)[] = [];
  for (const [i, target] of targets.entries()) {
    const value = given[i];
    if (!target || value === undefined || value === null) weights.push(null);
    else {
      const suggest = (count: number): number[] | null =>
        count % length === 0 ? (count === length ? [count] : [length, count / length]) : null;
      weights.push(yield* toColumn(`sampleWeight of "${model.outputNames[i]}"`, value, suggest));
    }
  }
  return weights;
}

/** One weight per sample, by the class its label says. */
function* weightsByClass(target: Column, output: Shape, classWeight: Readonly<Record<number, number>>): Work<Column> {
  const oneHot =
    target.shape.length > 1 && target.shape.length === output.length && (target.shape.at(-1) as number) > 1;
  const width = oneHot ? (target.shape.at(-1) as number) : 1;
  const weights = new Float32Array(sizeOf(target.shape) / width);
  let next = 0;
  for (const { data } of target.blocks()) {
    for (let at = 0; at < data.length; at += width) {
      let label = data[at] as number;
      if (oneHot) {
        label = 0;
        for (let j = 1; j < width; j++) if ((data[at + j] as number) > (data[at + label] as number)) label = j;
      }
      weights[next++] = classWeight[Math.round(label)] ?? 1;
    }
    yield;
  }
  const shape = oneHot
    ? target.shape.slice(0, -1)
    : target.shape.length > 1 && target.shape.at(-1) === 1
      ? target.shape.slice(0, -1)
      : target.shape;
  return new Column("classWeight", shape, weights);
}
