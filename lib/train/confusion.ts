// True and predicted classes → how often each was taken for each, and the usual scores by class.

import { ShapeError, ValueError } from "../graph/errors.js";
import { showShape, sizeOf } from "../graph/shape.js";
import { atOnce } from "../graph/turns.js";
import { showsItself } from "../show/notebook.js";
import { type Column, toColumn } from "./column.js";
import type { ArrayData } from "./data.js";

export interface ConfusionMatrixOptions {
  /** Names of the classes, in their order. Default: their numbers. */
  readonly labels?: readonly (string | number)[] | undefined;
  /** Probabilities above it mean class 1, where there is one for each sample. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** Scores of one class; NaN where nothing was predicted or nothing was true. */
export interface ClassScores {
  readonly label: string;
  /** Of what was predicted to be of the class, how much is. */
  readonly precision: number;
  /** Of what is of the class, how much was found. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
  /** How many samples are of the class. */
  readonly support: number;
}

/** Counts of true against predicted classes; made by `confusionMatrix`. */
export class ConfusionMatrix {
  readonly labels: readonly string[];
  /** `counts[truth][predicted]`. */
  readonly counts: readonly (readonly number[])[];
  readonly total: number;
  readonly accuracy: number;
  readonly classes: readonly ClassScores[];

  constructor(counts: readonly (readonly number[])[], labels: readonly string[]) {
    const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);
    this.counts = counts;
    this.labels = labels;
    this.total = sum(counts.map(sum));
    this.accuracy = sum(counts.map((row, i) => row[i] as number)) / this.total;
    this.classes = counts.map((row, i) => {
      const right = row[i] as number;
      const predicted = sum(counts.map((other) => other[i] as number));
      const support = sum(row);
      const f1 = (2 * right) / (predicted + support);
      return { label: labels[i] as string, precision: right / predicted, recall: right / support, f1, support };
    });
  }

  /** The pairs of classes that are confused most often. */
  mostConfused(most: number = 5): { truth: string; predicted: string; count: number }[] {
    return this.counts
      .flatMap((row, i) =>
        row.map((count, j) => ({
          truth: this.labels[i] as string,
          predicted: this.labels[j] as string,
          count: i === j ? 0 : count,
        })),
      )
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, most);
  }

  /** The matrix, and a table of scores by class. */
  toString(): string {
    const matrix = textTable(
      ["true \\ predicted", ...this.labels],
      this.counts.map((row, i) => [this.labels[i] as string, ...row.map(String)]),
    );
    const share = (value: number): string => (Number.isNaN(value) ? "-" : value.toFixed(4));
    const scores = textTable(
      ["class", "precision", "recall", "f1", "support"],
      this.classes.map((one) => [
        one.label,
        share(one.precision),
        share(one.recall),
        share(one.f1),
        String(one.support),
      ]),
    );
    return `Confusion matrix of ${this.total} samples, accuracy ${share(this.accuracy)}\n${matrix}\n\n${scores}`;
  }
}

showsItself(ConfusionMatrix);

function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((text, i) => Math.max(text.length, ...rows.map((row) => (row[i] as string).length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number)))
        .join("  "),
    )
    .join("\n");
}

/** More classes than this are no classes. */
const mostClasses = 2000;

/**
 * How often each class was taken for each. Both `truth` and `predicted` hold either class numbers, or one number per class in their last
 * dimension (one-hot, probabilities, logits), of which the greatest counts; single probabilities are compared with `threshold`.
 * Raises ShapeError where the two don't fit, ValueError for what isn't a class.
 *
 * @example
 * const matrix = confusionMatrix([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], { labels: ["cat", "dog"] });
 * matrix.counts; // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  truth: ArrayData,
  predicted: ArrayData,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  const [truths, guesses] = classesOf(
    columnOf("truth", truth),
    columnOf("predicted", predicted),
    options.threshold ?? 0.5,
  );
  const { labels } = options;
  let count = Math.max(labels?.length ?? 0, truths.width, guesses.width);
  for (const { classes } of [truths, guesses]) for (const one of classes) if (one >= count) count = one + 1;
  if (labels && labels.length < count)
    throw new ValueError(`confusionMatrix: ${labels.length} labels for ${count} classes`);
  if (count > mostClasses)
    throw new ValueError(`confusionMatrix: ${count} classes are more than the ${mostClasses} that it counts`, {
      hint: "are these numbers classes?",
    });
  const counts = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  truths.classes.forEach((one, i) => {
    (counts[one] as number[])[guesses.classes[i] as number]! += 1;
  });
  return new ConfusionMatrix(
    counts,
    counts.map((_, i) => String(labels?.[i] ?? i)),
  );
}

const columnOf = (name: string, value: ArrayData): Column => atOnce(toColumn(name, value, (size) => [size]));

interface Classes {
  readonly classes: readonly number[];
  /** How many classes the numbers speak of; 0 when they don't say. */
  readonly width: number;
}

function classesOf(truth: Column, predicted: Column, threshold: number): [Classes, Classes] {
  const sizes = [sizeOf(truth.shape), sizeOf(predicted.shape)] as const;
  const widths = [widthOf(truth), widthOf(predicted)] as const;
  const samples = [sizes[0] / widths[0], sizes[1] / widths[1]] as const;
  // Numbers for all classes on one side or on both.
  if (widths[1] > 1 && sizes[0] === samples[1]) return [single(truth, threshold), greatest(predicted, widths[1])];
  if (widths[0] > 1 && sizes[1] === samples[0]) return [greatest(truth, widths[0]), single(predicted, threshold)];
  if (sizes[0] !== sizes[1] || widths[0] !== widths[1] || sizes[0] === 0)
    throw new ShapeError(
      `confusionMatrix: truth ${showShape(truth.shape)} doesn't fit predicted ${showShape(predicted.shape)}`,
      { hint: "one class number, or one number per class, for each sample" },
    );
  if (widths[0] === 1 || !isOneHot(truth, widths[0])) return [single(truth, threshold), single(predicted, threshold)];
  return [greatest(truth, widths[0]), greatest(predicted, widths[1])];
}

const widthOf = ({ shape }: Column): number => (shape.length > 1 ? Math.max(1, shape.at(-1) as number) : 1);

function isOneHot(column: Column, width: number): boolean {
  const values = column.flat();
  for (let at = 0; at < values.length; at += width) {
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const value = values[at + k] as number;
      if (value < 0 || value > 1) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

function greatest(column: Column, width: number): Classes {
  const values = column.flat();
  const classes = Array.from({ length: values.length / width }, (_, i) => {
    let best = 0;
    for (let k = 1; k < width; k++)
      if ((values[i * width + k] as number) > (values[i * width + best] as number)) best = k;
    return best;
  });
  return { classes, width };
}

/** Class numbers, or probabilities of class 1. */
function single(column: Column, threshold: number): Classes {
  const values = Array.from(column.flat());
  if (values.every((value) => Number.isInteger(value) && value >= 0)) return { classes: values, width: 0 };
  const odd = values.find((value) => !(value >= 0 && value <= 1));
  if (odd !== undefined)
    throw new ValueError(`confusionMatrix: ${column.name} holds ${odd}, which is neither a class nor a probability`, {
      hint: "classes are whole numbers from 0",
    });
  return { classes: values.map((value) => (value > threshold ? 1 : 0)), width: 2 };
}
