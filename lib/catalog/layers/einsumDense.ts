// EinsumDense: a learned tensor times the input, over the axes that an equation says.

import { ShapeError, ValueError } from "../../graph/errors.js";
import { type Shape, shapesEqual, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { VarianceScaling } from "../initializers/varianceScaling.js";
import { einsumLetters } from "../ops/einsum.js";
import { einsum } from "../ops/index.js";
import { KernelLayer, type KernelOptions, kernelSettings } from "./base/kernelLayer.js";

/** Options of `einsumDense`. */
export interface EinsumDenseOptions extends Omit<KernelOptions, "useBias"> {
  /** Letters of the result's axes that get a bias of their own; null (default) for no bias. */
  readonly biasAxes?: string | null | undefined;
}

/** The result's sizes without the batch; null for one that the input has. */
export type EinsumOutputShape = number | readonly (number | null)[];

/** An equation with letters for the axes that "..." stands for. */
interface Letters {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  /** Whether the written-out axes lie behind. */
  readonly behind: boolean;
  readonly elided: number;
}

/** See `einsumDense`. */
export class EinsumDense extends KernelLayer {
  static override readonly settings: readonly string[] = [
    "equation",
    "output_shape",
    "bias_axes",
    ...kernelSettings.filter((name) => name !== "use_bias"),
  ];
  readonly equation: string;
  readonly outputShape: readonly (number | null)[];
  readonly biasAxes: string | null;
  private rank = 0;

  constructor(options: EinsumDenseOptions & { readonly equation: string; readonly outputShape: EinsumOutputShape }) {
    super({ ...options, useBias: typeof options.biasAxes === "string" });
    this.equation = options.equation;
    this.outputShape = [options.outputShape].flat();
    this.biasAxes = options.biasAxes ?? null;
    const form = /^(\.\.\.[a-zA-Z]+,[a-zA-Z]+->\.\.\.[a-zA-Z]+|[a-zA-Z]+(\.\.\.)?,[a-zA-Z]+->[a-zA-Z]+\2)$/;
    if (!form.test(this.equation))
      throw new ValueError(
        `${this.describe()} expects an equation like "abc,cd->abd", received ${JSON.stringify(this.equation)}`,
        {
          hint: '"..." may stand in front of, or behind, the axes of input and output',
        },
      );
  }

  override check([shape]: readonly Shape[]): void {
    const own = shape as Shape;
    if (this.built && own.length !== this.rank)
      throw new ShapeError(`${this.describe()} was built for ${this.rank} axes, received ${showShape(own)}`);
    const { kernel } = this.kernelShape(own);
    if (!this.built || shapesEqual(kernel, this.kernel.shape)) return;
    throw new ShapeError(
      `${this.describe()} has a kernel ${showShape(this.kernel.shape)}, ${showShape(own)} needs one ${showShape(kernel)}`,
      { hint: "a layer keeps the sizes of its first input; make another einsumDense() for this one" },
    );
  }

  private letters(rank: number): Letters {
    const [input, kernel, output] = this.equation.replaceAll("...", "").split(/,|->/) as [string, string, string];
    const behind = !this.equation.startsWith("...");
    const elided = rank - input.length;
    if (elided < 0 || (elided > 0 && !this.equation.includes("...")))
      throw new ShapeError(
        `${this.describe()}: "${this.equation}" expects an input of ${input.length} axes, received one of ${rank}`,
      );
    const free = [..."abcdefghijklmnopqrstuvwxyz"].filter((letter) => !(input + kernel + output).includes(letter));
    const filler = free.slice(0, elided).join("");
    const whole = (letters: string): string => (behind ? letters + filler : filler + letters);
    return { input: whole(input), kernel, output: whole(output), behind, elided };
  }

  /** Sizes by letter, those of the kernel's axes, and on which of them the result's letters lie. */
  private kernelShape(shape: Shape): { sizes: Map<string, number | null>; kernel: number[]; letters: Letters } {
    const letters = this.letters(shape.length);
    einsumLetters(`${letters.input},${letters.kernel}->${letters.output}`);
    const sizes = new Map([...letters.input].map((letter, i) => [letter, shape[i] ?? null]));
    const { elided, behind, output } = letters;
    const filled = [
      null,
      ...(behind ? [] : new Array<null>(Math.max(0, elided - 1)).fill(null)),
      ...this.outputShape,
      ...(behind ? new Array<null>(elided).fill(null) : []),
    ];
    if (filled.length !== output.length)
      throw new ValueError(
        `${this.describe()}: outputShape ${showShape(this.outputShape)} doesn't say the sizes of "${this.equation}"`,
        { hint: "it has a size for each axis of the result but the batch" },
      );
    [...output].forEach((letter, i) => {
      const said = filled[i] ?? null;
      const known = sizes.get(letter);
      if (known === undefined || known === null) sizes.set(letter, said);
      else if (said !== null && said !== known)
        throw new ShapeError(`${this.describe()}: axis "${letter}" is ${known} in the input, ${said} in outputShape`);
    });
    const kernel = [...letters.kernel].map((letter) => {
      const size = sizes.get(letter);
      if (typeof size === "number") return size;
      throw new ValueError(`${this.describe()}: "${this.equation}" needs the size of axis "${letter}"`, {
        hint: "give it in outputShape, or in the shape of the input",
      });
    });
    return { sizes, kernel, letters };
  }

  override build([shape]: readonly Shape[]): void {
    this.rank = (shape as Shape).length;
    const { sizes, kernel, letters } = this.kernelShape(shape as Shape);
    const places = (inOutput: boolean): number[] =>
      [...letters.kernel].flatMap((letter, i) => (letters.output.includes(letter) === inOutput ? [i] : []));
    const { kernelInitializer: given } = this;
    // Inputs and outputs of a unit lie where the equation has them.
    const isPlain = given instanceof VarianceScaling && (given.inputAxes === null || given.outputAxes === null);
    const initializer = isPlain
      ? new VarianceScaling(given.className, { ...given, inputAxes: places(false), outputAxes: places(true) })
      : given;
    this.makeKernel(kernel, "kernel", initializer);
    if (this.biasAxes !== null) this.makeBias(this.biasShape(this.biasAxes, letters, sizes));
  }

  private biasShape(axes: string, { output }: Letters, sizes: ReadonlyMap<string, number | null>): number[] {
    const unknown = [...axes].find((letter) => !output.includes(letter) || typeof sizes.get(letter) !== "number");
    if (unknown !== undefined || axes === "")
      throw new ValueError(
        `${this.describe()}: biasAxes "${axes}" must be axes of known size of the result of "${this.equation}"`,
      );
    const first = Math.min(...[...axes].map((letter) => output.indexOf(letter)));
    return [...output.slice(first)].map((letter) => (axes.includes(letter) ? (sizes.get(letter) as number) : 1));
  }

  override call(x: Tensor): Tensor {
    const { input, kernel, output } = this.letters(x.rank);
    return this.finish(einsum(`${input},${kernel}->${output}`, x, this.kernel.tensor));
  }
}

/**
 * A learned tensor times the input: activation(einsum(equation, x, kernel) + bias). `outputShape` has the sizes of the result without
 * the batch. Raises ValueError for an equation of another form or sizes that nothing says, ShapeError for inputs that don't fit it.
 * Source: https://keras.io/api/layers/core_layers/einsum_dense/
 *
 * @example
 * const y = einsumDense("abc,cd->abd", [null, 64], { biasAxes: "d" })(input([32, 128])); // [null, 32, 64]
 */
export const einsumDense = (
  equation: string,
  outputShape: EinsumOutputShape,
  options: EinsumDenseOptions = {},
): EinsumDense => new EinsumDense({ ...options, equation, outputShape });
