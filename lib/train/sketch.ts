// A model of pictures in, a value that notebooks show as paper to draw on, with what the model sees in it.

import type { NdArray } from "ndarray";
import { type PortableProgram, portableRunner, toPortable } from "../backend/portable.js";
import { ShapeError, ValueError } from "../graph/errors.js";
import { callsOf } from "../graph/network.js";
import { showShape } from "../graph/shape.js";
import { inTurns } from "../graph/turns.js";
import type { Weight } from "../graph/weight.js";
import { numbers } from "../graph/weightAccess.js";
import { showsItself } from "../show/notebook.js";
import type { Model } from "./model.js";
import { predictStep } from "./step.js";
import type { AnyModel } from "./training.js";

export interface SketchOptions {
  /** What the model's outputs mean. Default: their numbers. */
  readonly labels?: readonly (string | number)[] | undefined;
  /** What is on the paper at first: a picture as the model takes it, from 0 (paper) to 1 (ink). */
  readonly sample?: ArrayLike<number> | NdArray | undefined;
  /** Moves what is drawn to the middle and gives it the size that handwritten digits have in data sets. Default true. */
  readonly centre?: boolean | undefined;
}

/** Paper to draw on, and a model that looks at it; made by `sketch`. */
export class Sketch {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly labels: readonly string[];
  readonly sample: Float32Array;
  readonly centre: boolean;
  /** What the model computes: it runs where the sketch is shown. */
  readonly program: PortableProgram;
  readonly #run: ReturnType<typeof portableRunner>;

  constructor(name: string, program: PortableProgram, options: SketchOptions) {
    const shape = program.inputs[0]?.shape ?? [];
    this.name = name;
    this.program = program;
    this.#run = portableRunner(program);
    this.rows = shape[1] ?? 0;
    this.columns = shape[2] ?? 0;
    const { sample } = options;
    const given = sample === undefined ? null : "data" in sample ? (sample.data as ArrayLike<number>) : sample;
    this.sample = given ? Float32Array.from(given) : new Float32Array(this.rows * this.columns);
    this.centre = options.centre ?? true;
    if (this.sample.length !== this.rows * this.columns)
      throw new ShapeError(`sketch: the sample has ${this.sample.length} numbers, the model takes ${showShape(shape)}`);
    const scores = this.scores(this.sample);
    this.labels = options.labels?.map(String) ?? Array.from(scores, (_, i) => String(i));
    if (this.labels.length !== scores.length)
      throw new ValueError(`sketch: ${this.labels.length} labels for ${scores.length} outputs of the model`);
  }

  /** What the model makes of a picture, as it is computed in the page. */
  scores(picture: ArrayLike<number>): Float32Array {
    return this.#run([picture])[0]?.data as Float32Array;
  }

  toString(): string {
    const scores = this.scores(this.sample);
    const lines = this.labels.map((label, i) => `${label}: ${(100 * (scores[i] as number)).toFixed(1)}%`);
    return `Paper for "${this.name}", ${this.rows} x ${this.columns}; of the sample it thinks\n${lines.join("\n")}`;
  }
}

showsItself(Sketch);

/**
 * Paper to draw on in the cell's output: the model, which goes there with its weights, says at every stroke what it sees. It goes on
 * working in pages without a kernel (`weft run --html`). For models of one picture, [rows, columns] or [rows, columns, 1], with one list
 * of probabilities, and without recurrent layers. Raises ShapeError and ValueError for others.
 *
 * @example
 * const x = input([28, 28]);
 * const m = model({ inputs: x, outputs: dense(10, { activation: "softmax" })(flatten()(x)) });
 * await sketch(m);
 */
export async function sketch(model: Model, options: SketchOptions = {}): Promise<Sketch> {
  const whole = model as unknown as AnyModel;
  const [shape, output] = [whole.inputs[0]?.shape ?? [], whole.outputs[0]?.shape ?? []];
  const isPicture = (shape.length === 3 || (shape.length === 4 && shape[3] === 1)) && !shape.slice(1).includes(null);
  if (whole.inputs.length !== 1 || whole.outputs.length !== 1 || !isPicture || output.length !== 2)
    throw new ShapeError(
      `sketch expects a model from [batch, rows, columns] to [batch, classes], received ${showShape(shape)} to ${showShape(output)}`,
    );
  const feed = { inputs: [[1, ...(shape.slice(1) as number[])]], targets: [], weights: [] };
  const { graph } = await inTurns(predictStep(whole, feed));
  const weights = new Map<Weight, ArrayLike<number>>();
  for (const { source } of callsOf(graph.outputs)) {
    if (source?.kind === "weight") weights.set(source.weight, (await numbers().read(source.weight)).data);
  }
  return new Sketch(whole.name, toPortable(graph.inputs, graph.outputs, weights), options);
}
