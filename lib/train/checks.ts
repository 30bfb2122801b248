// Looks at the numbers themselves before training: NaN, and indices that no table has a row for.

import type { LayerCallAttrs } from "../graph/callOptions.js";
import { ValueError } from "../graph/errors.js";
import { originalOf, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import type { Column } from "./column.js";
import type { Samples } from "./data.js";
import type { AnyLayer } from "./topology.js";
import type { AnyModel } from "./training.js";

/** A layer whose inputs are row numbers of a table says how many rows there are. */
interface Indexing {
  readonly indexLimit: number;
}

/** The layer that uses an input as row numbers, if one does. */
function indexingLayer(model: AnyModel, input: Tensor): (AnyLayer & Indexing) | null {
  const key = originalOf(input);
  let found: (AnyLayer & Indexing) | null = null;
  for (const { layer, nodes } of model.operations) {
    if (!layer || layer === (model as unknown)) continue;
    for (const call of nodes) {
      const { count } = (call.attrs ?? {}) as Partial<LayerCallAttrs>;
      call.inputs.slice(0, count).forEach((tensor, i) => {
        if (originalOf(tensor) !== key) return;
        const inner = layer as unknown as Partial<Indexing & AnyModel>;
        const candidate =
          typeof inner.indexLimit === "number"
            ? (layer as AnyLayer & Indexing)
            : inner.recorded
              ? indexingLayer(layer as unknown as AnyModel, inner.recorded.inputs[i] as Tensor)
              : null;
        if (candidate && (!found || candidate.indexLimit < found.indexLimit)) found = candidate;
      });
    }
  }
  return found;
}

/** Raises ValueError that names the first wrong number. Goes over the data once. */
export function* checkNumbers(model: AnyModel, samples: Samples): Work<void> {
  for (const [i, column] of samples.inputs.entries()) {
    const layer = indexingLayer(model, model.inputs[i] as Tensor);
    if (layer) yield* eachBlock(column, (data, first) => checkIndices(data, first, column, layer));
    else if (column.floating) yield* eachBlock(column, (data, first) => checkNaN(data, first, column));
  }
  for (const column of [...samples.targets, ...samples.weights]) {
    if (column?.floating) yield* eachBlock(column, (data, first) => checkNaN(data, first, column));
  }
}

function* eachBlock(column: Column, look: (data: ArrayLike<number>, firstRow: number) => void): Work<void> {
  for (const { data, first } of column.blocks()) {
    look(data, first);
    yield;
  }
}

function checkNaN(data: ArrayLike<number>, firstRow: number, column: Column): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    // undefined (a hole in a list) becomes NaN too.
    if (!Number.isNaN(value) && value !== undefined) continue;
    throw new ValueError(`${column.name} holds NaN at sample ${firstRow + Math.floor(i / column.rowSize)}`, {
      hint: "fill or drop missing values before training",
    });
  }
}

function checkIndices(data: ArrayLike<number>, firstRow: number, column: Column, layer: AnyLayer & Indexing): void {
  const { indexLimit } = layer;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value >= 0 && value < indexLimit) continue;
    throw new ValueError(
      `${layer.describe()} has rows 0 to ${indexLimit - 1}, but ${column.name} holds ${value} at sample ${firstRow + Math.floor(i / column.rowSize)}`,
      {
        hint: `give the layer more rows, or map unknown values to one of its ${indexLimit}`,
      },
    );
  }
}
