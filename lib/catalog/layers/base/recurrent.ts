// What all recurrent layers share: walking over the steps, masks, states, dropout. Subclasses say how one step goes.

import { scalar } from "../../../graph/call.js";
import { ShapeError, ValueError } from "../../../graph/errors.js";
import type { Storage } from "../../../graph/layer.js";
import type { Mode } from "../../../graph/mode.js";
import type { Shape } from "../../../graph/shape.js";
import { showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Initializer, Weight, WeightFunction } from "../../../graph/weight.js";
import { weightAccess } from "../../../graph/weightAccess.js";
import { type Activation, activations } from "../../activations/index.js";
import { constraints } from "../../constraints/index.js";
import { filledWith } from "../../fill.js";
import { initializers } from "../../initializers/index.js";
import {
  add,
  broadcastTo,
  expandDims,
  flip,
  matmul,
  multiply,
  scan,
  sliceAxis,
  transpose,
  where,
} from "../../ops/index.js";
import { regularizers } from "../../regularizers/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { requirePositive, requireRate } from "./checks.js";
import { dropOut } from "./dropoutLayer.js";
import { activationOf } from "./kernelLayer.js";
import { givenStates, maskOfSteps } from "./recurrentInputs.js";
import type { RecurrentOptions } from "./recurrentOptions.js";

/** One step: the part of the input that was computed for all steps at once, and the states before. */
export type CellStep = (
  input: Tensor,
  states: readonly Tensor[],
) => { readonly output: Tensor; readonly states: readonly Tensor[] };

/** Base of `lstm`, `gru` and `simpleRNN`. */
export abstract class Recurrent<Out extends Tensor | Tensor[]> extends CatalogLayer<Out> {
  override readonly masking = "uses" as const;
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly recurrentInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: WeightFunction | null;
  readonly recurrentRegularizer: WeightFunction | null;
  readonly biasRegularizer: WeightFunction | null;
  override readonly activityRegularizer: WeightFunction | null;
  readonly kernelConstraint: WeightFunction | null;
  readonly recurrentConstraint: WeightFunction | null;
  readonly biasConstraint: WeightFunction | null;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seed: number | null;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
  readonly unroll: boolean;
  /** `bidirectional` sets it on the layers inside. */
  zeroOutputForMask: boolean;
  protected kernel!: Weight;
  protected recurrentKernel!: Weight;
  protected bias: Weight | null = null;
  private readonly states: Weight[] = [];

  constructor(options: RecurrentOptions & { readonly units: number }) {
    super(options);
    this.units = requirePositive(this, "units", options.units);
    this.activation = activations.get(activationOf(options.activation === undefined ? "tanh" : options.activation));
    this.useBias = options.useBias ?? true;
    this.kernelInitializer = initializers.resolve(options.kernelInitializer ?? "glorot_uniform");
    this.recurrentInitializer = initializers.resolve(options.recurrentInitializer ?? "orthogonal");
    this.biasInitializer = initializers.resolve(options.biasInitializer ?? "zeros");
    this.kernelRegularizer = regularizers.resolve(options.kernelRegularizer);
    this.recurrentRegularizer = regularizers.resolve(options.recurrentRegularizer);
    this.biasRegularizer = regularizers.resolve(options.biasRegularizer);
    this.activityRegularizer = regularizers.resolve(options.activityRegularizer);
    this.kernelConstraint = constraints.resolve(options.kernelConstraint);
    this.recurrentConstraint = constraints.resolve(options.recurrentConstraint);
    this.biasConstraint = constraints.resolve(options.biasConstraint);
    this.dropout = requireRate(this, "dropout", options.dropout ?? 0);
    this.recurrentDropout = requireRate(this, "recurrentDropout", options.recurrentDropout ?? 0);
    this.seed = options.seed ?? null;
    this.returnSequences = options.returnSequences ?? false;
    this.returnState = options.returnState ?? false;
    this.goBackwards = options.goBackwards ?? false;
    this.stateful = options.stateful ?? false;
    this.unroll = options.unroll ?? false;
    this.zeroOutputForMask = options.zeroOutputForMask ?? false;
  }

  /** How many numbers per unit the input product gives. */
  protected abstract readonly gates: number;
  /** Number of states; the first is also the output. */
  protected abstract readonly stateCount: number;
  /** Name of Keras's cell, part of the weights' paths. */
  protected abstract readonly cellName: string;

  /** Keras keeps the weights in the cell. */
  override get storage(): Storage {
    const { variables, ...whole } = super.storage;
    return { ...whole, variables: [], inside: [["cell", { owner: {}, name: this.cellName, variables, inside: [] }]] };
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, 3, "[batch, steps, features]");
    if (typeof (shape as Shape)[2] !== "number")
      throw new ShapeError(
        `${this.describe()} needs a known number of features, received ${showShape(shape as Shape)}`,
      );
    if (this.built) this.requireWidth(shape as Shape, this.kernel.shape[0] as number);
    if (this.stateful && (shape as Shape)[0] === null) {
      throw new ValueError(`${this.describe()} is stateful and needs a fixed number of samples`, {
        hint: "use input(shape, { batchSize: … })",
      });
    }
  }

  override build([shape]: readonly Shape[]): void {
    const { units, gates } = this;
    const make = (options: Parameters<Recurrent<Out>["addWeight"]>[0]): Weight => {
      const weight = this.addWeight(options);
      weight.path = `${this.name}/${this.cellName}/${options.name}`;
      return weight;
    };
    const features = (shape as Shape)[2] as number;
    this.kernel = make({
      name: "kernel",
      shape: [features, units * gates],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    this.recurrentKernel = make({
      name: "recurrent_kernel",
      shape: [units, units * gates],
      initializer: this.recurrentInitializer,
      regularizer: this.recurrentRegularizer,
      constraint: this.recurrentConstraint,
    });
    if (this.useBias)
      this.bias = make({
        name: "bias",
        shape: this.biasShape(),
        initializer: this.biasStart(),
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    if (!this.stateful) return;
    for (let i = 0; i < this.stateCount; i++) {
      this.states.push(this.makeState(`state_${i}`, [(shape as Shape)[0] as number, units]));
    }
  }

  /** A state isn't among the layer's weights, as in Keras's own list. */
  private makeState(name: string, shape: readonly number[]): Weight {
    const state = this.addWeight({ name, shape, initializer: filledWith(0), trainable: false });
    this.ownWeights.pop();
    return state;
  }

  override get carriedStates(): readonly Weight[] {
    return this.states;
  }

  protected biasShape(): number[] {
    return [this.units * this.gates];
  }

  protected biasStart(): Initializer {
    return this.biasInitializer;
  }

  /** The bias that goes with the input product. */
  protected inputBias(): Tensor | null {
    return this.bias?.tensor ?? null;
  }

  /** Product of a state with the recurrent kernel, or some of its columns. */
  protected recur(state: Tensor, from = 0, to: number = this.units * this.gates): Tensor {
    const whole = from === 0 && to === this.units * this.gates;
    return matmul(state, whole ? this.recurrentKernel : sliceAxis(this.recurrentKernel, 1, from, to));
  }

  /** One step. */
  protected abstract step(
    input: Tensor,
    states: readonly Tensor[],
    dropped: (state: Tensor) => Tensor,
  ): ReturnType<CellStep>;

  override call(inputs: Tensor, mode: Mode): Tensor | Tensor[] {
    const options = mode.options as { mask?: Tensor; initialState?: Tensor | readonly Tensor[] };
    const [batch, steps] = inputs.shape as readonly [number, number];
    const mask = maskOfSteps(this, options.mask ?? inputs.mask, [batch, steps]);
    const initial = this.firstStates(options.initialState, batch);
    const recurrentMask =
      mode.training && this.recurrentDropout > 0
        ? dropOut(broadcastTo(scalar(1), [batch, this.units]), this.recurrentDropout, mode.seed(this.seed), mode.step)
        : null;
    const dropped = (state: Tensor): Tensor => (recurrentMask ? multiply(state, recurrentMask) : state);
    const sequences = [this.inputProducts(inputs, mode)];
    if (mask) sequences.push(transpose(this.goBackwards ? flip(mask, 1) : mask));
    const result = scan(
      (before, [input, on]) => {
        const made = this.step(input as Tensor, before, dropped);
        const real = on && expandDims(on, -1);
        const states = real ? made.states.map((state, i) => where(real, state, before[i] as Tensor)) : made.states;
        if (!this.returnSequences) return { carries: states };
        // The first state is the output: a masked step repeats it.
        const output = real && this.zeroOutputForMask ? where(real, made.output, 0) : (states[0] as Tensor);
        return { carries: states, outputs: [output] };
      },
      initial,
      sequences,
    );
    const states = result.carries;
    if (this.stateful) this.states.forEach((state, i) => mode.update(state, states[i] as Tensor));
    const output = this.returnSequences
      ? transpose(result.outputs[0] as Tensor, [1, 0, 2]).withMask(mask)
      : this.lastOutput(states[0] as Tensor, mask);
    return this.returnState ? [output, ...states] : output;
  }

  /** What the walk begins with: what the call was given, else what the last batch left, else zeros. */
  private firstStates(given: Tensor | readonly Tensor[] | undefined, batch: number): readonly Tensor[] {
    const states = givenStates(this, given, this.stateCount, [batch, this.units]);
    if (states) return states;
    if (!this.stateful) {
      const zero = broadcastTo(scalar(0), [batch, this.units]);
      return Array.from({ length: this.stateCount }, () => zero);
    }
    const kept = (this.states[0] as Weight).shape[0];
    if (batch !== kept)
      throw new ShapeError(`${this.describe()} keeps states of ${kept} samples, received a batch of ${batch}`, {
        hint: `use batchSize: ${kept}, and a number of samples that it divides`,
      });
    return this.states.map((state) => state.tensor);
  }

  /** The output of the step walked last. */
  private lastOutput(state: Tensor, mask: Tensor | undefined): Tensor {
    if (!mask || !this.zeroOutputForMask) return state;
    const last = this.goBackwards ? 0 : (mask.shape[1] as number) - 1;
    return where(sliceAxis(mask, 1, last, last + 1), state, 0);
  }

  /** Sets the states of a stateful layer to zero, as before the first batch. */
  async resetState(): Promise<void> {
    if (!this.stateful)
      throw new ValueError(`${this.describe()} keeps no states`, { hint: "make it with { stateful: true }" });
    const zeros = this.states.map((state) => new Float32Array(state.size));
    await weightAccess.access?.write(this.states, zeros);
  }

  /** x · kernel + bias for all steps at once, steps first: what a step adds to it is all that is left for the loop. */
  private inputProducts(inputs: Tensor, mode: Mode): Tensor {
    let x = this.goBackwards ? flip(inputs, 1) : inputs.withMask(undefined);
    if (mode.training && this.dropout > 0) {
      const [batch, , features] = x.shape as readonly [number, number, number];
      x = dropOut(x, this.dropout, mode.seed(this.seed), mode.step, [batch, 1, features]);
    }
    const bias = this.inputBias();
    const product = matmul(x, this.kernel);
    return transpose(bias ? add(product, bias) : product, [1, 0, 2]);
  }
}
