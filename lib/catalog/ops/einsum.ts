// Products of two tensors in Einstein's notation: axes have letters, and a letter that the result lacks is summed over.

import { type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import { showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { dot } from "./dot.js";
import { sum } from "./reduce.js";
import { transpose } from "./transpose.js";

/** The letters of "ab,bc->ac". Raises ValueError for another form. */
export function einsumLetters(equation: string): [a: string, b: string, result: string] {
  const [, a, b, result] = /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(equation.replace(/\s/g, "")) ?? [];
  const once = (letters: string): boolean => new Set(letters).size === letters.length;
  if (a === undefined || b === undefined || result === undefined || ![a, b, result].every(once))
    throw new ValueError(
      `einsum expects an equation of two tensors like "ab,bc->ac", received ${JSON.stringify(equation)}`,
      {
        hint: "a letter stands once in each of the three",
      },
    );
  const unknown = [...result].find((letter) => !a.includes(letter) && !b.includes(letter));
  if (unknown)
    throw new ValueError(`einsum: nothing in ${JSON.stringify(equation)} says how long axis "${unknown}" is`);
  return [a, b, result];
}

/**
 * Σ a · b over the letters that the result lacks. Raises ValueError for an equation of another form, ShapeError for axes of one letter
 * that differ in size.
 *
 * @example
 * const scores = ops.einsum("btd,bsd->bts", input([4, 8]), input([6, 8])); // [null, 4, 6]
 */
export function einsum(equation: string, a: TensorLike, b: TensorLike): Tensor {
  const [lettersA, lettersB, result] = einsumLetters(equation);
  const [left, keptA] = withoutOwn(toTensor(a), lettersA, lettersB + result, equation);
  const [right, keptB] = withoutOwn(toTensor(b), lettersB, lettersA + result, equation);
  const shared = [...keptA].filter((letter) => keptB.includes(letter));
  const batch = shared.filter((letter) => result.includes(letter));
  const contracted = shared.filter((letter) => !result.includes(letter));
  for (const letter of shared) {
    if (left.shape[keptA.indexOf(letter)] === right.shape[keptB.indexOf(letter)]) continue;
    throw new ShapeError(
      `einsum "${equation}" can't multiply ${showShape(left.shape)} by ${showShape(right.shape)}: axes "${letter}" differ`,
    );
  }
  const axes = (letters: readonly string[], kept: string): number[] => letters.map((letter) => kept.indexOf(letter));
  const product = dot(left, right, {
    batchA: axes(batch, keptA),
    batchB: axes(batch, keptB),
    contractA: axes(contracted, keptA),
    contractB: axes(contracted, keptB),
  });
  const free = (kept: string): string[] => [...kept].filter((letter) => !shared.includes(letter));
  const made = [...batch, ...free(keptA), ...free(keptB)];
  return transpose(
    product,
    [...result].map((letter) => made.indexOf(letter)),
  );
}

/** Summed over the axes that are nowhere else. */
function withoutOwn(x: Tensor, letters: string, elsewhere: string, equation: string): [Tensor, string] {
  if (x.rank !== letters.length)
    throw new ShapeError(
      `einsum "${equation}" expects ${letters.length} axes (${letters}), received ${showShape(x.shape)}`,
    );
  const axis = [...letters].flatMap((letter, i) => (elsewhere.includes(letter) ? [] : [i]));
  if (axis.length === 0) return [x, letters];
  return [sum(x, { axis }), [...letters].filter((_, i) => !axis.includes(i)).join("")];
}
