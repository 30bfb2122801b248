// What all optimizers are: gradients in, new weights and slots out, as one graph of elementwise ops that fuses into the step. Every
// factor that is the same for all weights is computed once per step, as a scalar.

import { ValueError } from "../../graph/errors.js";
import { snakeCase, uniqueName } from "../../graph/names.js";
import { serialize } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { Weight } from "../../graph/weight.js";
import { configOf } from "../config.js";
import { filledWith } from "../fill.js";
import { add, cast, divide, equal, floor, mod, multiply, notEqual, subtract, where } from "../ops/index.js";
import { Schedule } from "../schedules/schedule.js";
import { clipGradients } from "./clipping.js";
import {
  type OptimizerOptions,
  optimizerSettings,
  type SlotSpec,
  type StepScalars,
  type UpdateInput,
  type UpdateOutput,
  type WeightGradient,
} from "./rule.js";

/**
 * Base of all optimizers. Extend it: `slots` names what is kept for every weight, `prepare` computes a step's scalars and returns
 * the rule that is applied to each weight. Clipping, weight decay, averages and constraints come from here.
 *
 * @example
 * class SignDescent extends Optimizer {
 *   protected override prepare({ rate }: StepScalars) {
 *     return ({ value, grad }: UpdateInput) => ({ value: ops.subtract(value, ops.multiply(rate, ops.sign(grad))) });
 *   }
 * }
 */
export abstract class Optimizer {
  /** Keras's names of the settings a subclass adds. */
  static readonly settings: readonly string[] = [];
  readonly name: string;
  readonly weightDecay: number | null;
  readonly clipnorm: number | null;
  readonly globalClipnorm: number | null;
  readonly clipvalue: number | null;
  readonly useEma: boolean;
  readonly emaMomentum: number;
  readonly emaOverwriteFrequency: number | null;
  readonly lossScaleFactor: number | null;
  readonly gradientAccumulationSteps: number | null;
  readonly excludeFromWeightDecay: readonly string[];
  /** Number of steps done (int32 scalar). */
  readonly iterations: Weight;
  /** The rate (float32 scalar), or what computes it from `iterations`. */
  readonly learningRate: Weight | Schedule;
  /** The rate the host last set, for configs; undefined with a schedule. */
  rate: number | undefined;
  private readonly own: Weight[] = [];
  private readonly slotsByWeight = new Map<Weight, Map<string, Weight>>();

  /** Raises ValueError for settings that exclude each other or lie outside of their range. */
  constructor(options: OptimizerOptions, defaultRate: number) {
    this.name = options.name ?? uniqueName(snakeCase(new.target.name));
    this.weightDecay = options.weightDecay ?? null;
    this.clipnorm = options.clipnorm ?? null;
    this.globalClipnorm = options.globalClipnorm ?? null;
    this.clipvalue = options.clipvalue ?? null;
    this.useEma = options.useEma ?? false;
    this.emaMomentum = options.emaMomentum ?? 0.99;
    this.emaOverwriteFrequency = options.emaOverwriteFrequency ?? null;
    this.lossScaleFactor = options.lossScaleFactor ?? null;
    this.gradientAccumulationSteps = options.gradientAccumulationSteps ?? null;
    this.excludeFromWeightDecay = options.excludeFromWeightDecay ?? [];
    this.checkOptions();
    this.iterations = this.addState("iteration", [], 0, "int32");
    const rate = options.learningRate ?? defaultRate;
    if (rate instanceof Schedule) {
      this.learningRate = rate;
    } else {
      if (typeof rate !== "number" || !Number.isFinite(rate)) {
        throw new ValueError(`${this.name}: learningRate must be a number or a schedule, received ${String(rate)}`);
      }
      this.rate = rate;
      this.learningRate = this.addState("learning_rate", [], rate);
    }
  }

  /** Keras's name of the class. */
  get className(): string {
    return this.constructor.name;
  }

  /** All states in Keras's order: iteration, learning rate, then slots in the order `build` made them. */
  get variables(): readonly Weight[] {
    return this.own;
  }

  /** What is kept for every weight. Slots of one group alternate weight by weight, groups follow each other. */
  protected get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [];
  }

  /** Computes what all weights share at this step, and returns the rule for one of them. Elementwise ops only, if it is to be fast. */
  protected abstract prepare(scalars: StepScalars): (input: UpdateInput) => UpdateOutput;

  /** Makes the slots of these weights; once per weight. */
  build(weights: readonly Weight[]): void {
    const fresh = weights.filter((weight) => !this.slotsByWeight.has(weight));
    for (const weight of fresh) this.slotsByWeight.set(weight, new Map());
    const groups: readonly (readonly SlotSpec[])[] = [
      ...(this.useEma ? [[{ name: "average" }]] : []),
      ...(this.gradientAccumulationSteps ? [[{ name: "gradient_accumulator" }]] : []),
    ];
    for (const group of groups) this.makeGroup(fresh, group);
    if (fresh.length > 0) this.buildSlots(fresh);
  }

  /** Makes the slots that the rule itself needs; override for slots of other shapes. */
  protected buildSlots(weights: readonly Weight[]): void {
    for (const group of this.slotGroups) this.makeGroup(weights, group);
  }

  private makeGroup(weights: readonly Weight[], group: readonly SlotSpec[]): void {
    for (const weight of weights) {
      const base = weight.path.replaceAll("/", "_");
      for (const { name, fill = 0 } of group) this.addSlot(weight, name, `${base}_${name}`, weight.shape, fill);
    }
  }

  /** Makes one slot of `weight`, known to rules as `name`. */
  protected addSlot(weight: Weight, name: string, path: string, shape: readonly number[], fill = 0): Weight {
    const slot = this.addState(path, shape, fill, "float32", weight);
    this.slotsByWeight.get(weight)?.set(name, slot);
    return slot;
  }

  /** Makes a state of the optimizer. */
  protected addState(
    name: string,
    shape: readonly number[],
    fill = 0,
    dtype: "float32" | "int32" = "float32",
    beside: Weight | null = null,
  ): Weight {
    const state = new Weight({ name, shape, dtype, initializer: filledWith(fill), trainable: false, beside });
    state.path = `${this.name}/${name}`;
    this.own.push(state);
    return state;
  }

  /** The slots of a weight by name; empty before `build`. */
  slots(weight: Weight): ReadonlyMap<string, Weight> {
    return this.slotsByWeight.get(weight) ?? new Map();
  }

  /**
   * One step: new values of the weights, their slots, and the optimizer's states. Weights that are not built yet are built.
   */
  apply(pairs: readonly WeightGradient[]): Map<Weight, Tensor> {
    this.build(pairs.map(({ weight }) => weight));
    const updates = new Map<Weight, Tensor>();
    const { updates: stepUpdates, values } = this.step(pairs);
    const isUpdate = this.isUpdateStep();
    const kept = (state: Weight, value: Tensor): Tensor => (isUpdate ? where(isUpdate, value, state.tensor) : value);
    for (const [state, value] of stepUpdates) updates.set(state, kept(state, value));
    pairs.forEach((pair, i) => {
      let value = values[i] as Tensor;
      if (isUpdate) value = where(isUpdate, value, pair.value);
      if (this.useEma) value = this.average(pair.weight, value, updates);
      updates.set(pair.weight, pair.weight.constraint ? pair.weight.constraint(value) : value);
    });
    if (isUpdate) for (const pair of pairs) this.accumulate(pair, isUpdate, updates);
    if (this.useEma) this.averageTheRest(updates);
    updates.set(this.iterations, add(this.iterations.tensor, 1));
    return updates;
  }

  /** The rule applied to every weight, as if every step were an update. */
  private step(pairs: readonly WeightGradient[]): { updates: Map<Weight, Tensor>; values: Tensor[] } {
    const updates = new Map<Weight, Tensor>();
    const rate = this.currentRate();
    const rule = this.prepare({ rate, step: cast(add(this.updatesDone(), 1), "float32"), updates });
    const grads = clipGradients(this.incoming(pairs), this);
    const decay = this.weightDecay === null ? null : multiply(rate, this.weightDecay);
    const values = pairs.map(({ weight, value }, i) => {
      const slots = this.slots(weight);
      const shrunk = decay && this.usesWeightDecay(weight) ? subtract(value, multiply(value, decay)) : value;
      const slot = (name: string): Tensor => (slots.get(name) as Weight).tensor;
      const result = rule({ weight, value: shrunk, grad: grads[i] as Tensor, slot });
      for (const [name, made] of Object.entries(result.slots ?? {})) updates.set(slots.get(name) as Weight, made);
      return result.value;
    });
    return { updates, values };
  }

  /** The rate in force at this step. */
  currentRate(): Tensor {
    return this.learningRate instanceof Schedule
      ? this.learningRate.valueAt(this.iterations.tensor)
      : this.learningRate.tensor;
  }

  /** Gradients, unscaled, and averaged over the steps that are put together. */
  private incoming(pairs: readonly WeightGradient[]): Tensor[] {
    const { lossScaleFactor: scale, gradientAccumulationSteps: steps } = this;
    return pairs.map(({ weight, grad }) => {
      const own = scale === null ? grad : divide(grad, scale);
      return steps === null ? own : divide(add(own, this.slotTensor(weight, "gradient_accumulator")), steps);
    });
  }

  /** Updates done so far (int32): iterations, or what remains of them when several are put together. */
  private updatesDone(): Tensor {
    const steps = this.gradientAccumulationSteps;
    if (steps === null) return this.iterations.tensor;
    return cast(floor(divide(cast(this.iterations.tensor, "float32"), steps)), "int32");
  }

  /** Whether this step updates the weights; null when every step does. */
  private isUpdateStep(): Tensor | null {
    const steps = this.gradientAccumulationSteps;
    return steps === null ? null : equal(mod(add(this.iterations.tensor, 1), steps), 0);
  }

  private accumulate({ weight, grad }: WeightGradient, isUpdate: Tensor, updates: Map<Weight, Tensor>): void {
    const state = this.slots(weight).get("gradient_accumulator") as Weight;
    const own = this.lossScaleFactor === null ? grad : divide(grad, this.lossScaleFactor);
    updates.set(state, where(isUpdate, 0, add(own, state.tensor)));
  }

  /** Moves the average towards the new value, and gives what the weight is to be. */
  private average(weight: Weight, value: Tensor, updates: Map<Weight, Tensor>): Tensor {
    const done = this.updatesDone();
    // The first value is the average so far.
    const momentum = multiply(cast(notEqual(done, 0), "float32"), this.emaMomentum);
    const before = this.slotTensor(weight, "average");
    const after = add(multiply(momentum, before), multiply(subtract(1, momentum), value));
    updates.set(this.slots(weight).get("average") as Weight, after);
    if (this.emaOverwriteFrequency === null) return value;
    return where(equal(mod(add(done, 1), this.emaOverwriteFrequency), 0), after, value);
  }

  /** Weights that no gradient reaches have averages too: themselves. */
  private averageTheRest(updates: Map<Weight, Tensor>): void {
    for (const weight of this.slotsByWeight.keys()) {
      if (!updates.has(weight)) this.average(weight, weight.tensor, updates);
    }
  }

  /** What weights are to be when training ends: their averages with `useEma`, otherwise nothing changes. */
  finalize(weights: readonly Weight[]): Map<Weight, Tensor> {
    const averaged = weights.filter((weight) => this.slots(weight).has("average"));
    return new Map(averaged.map((weight) => [weight, this.slotTensor(weight, "average")]));
  }

  private slotTensor(weight: Weight, name: string): Tensor {
    return (this.slots(weight).get(name) as Weight).tensor;
  }

  private usesWeightDecay(weight: Weight): boolean {
    return !this.excludeFromWeightDecay.some((part) => weight.name.includes(part));
  }

  private checkOptions(): void {
    const clips = [this.clipnorm, this.globalClipnorm, this.clipvalue].filter((value) => value !== null);
    if (clips.length > 1)
      throw new ValueError(`${this.name}: only one of clipnorm, globalClipnorm and clipvalue can be set`);
    const steps = this.gradientAccumulationSteps;
    if (steps !== null && !(Number.isInteger(steps) && steps >= 2)) {
      throw new ValueError(`${this.name}: gradientAccumulationSteps must be a whole number from 2, received ${steps}`);
    }
    if (this.useEma && !(this.emaMomentum >= 0 && this.emaMomentum <= 1)) {
      throw new ValueError(`${this.name}: emaMomentum must be between 0 and 1, received ${this.emaMomentum}`);
    }
    const overwrite = this.emaOverwriteFrequency;
    if (overwrite !== null && !(Number.isInteger(overwrite) && overwrite >= 1)) {
      throw new ValueError(`${this.name}: emaOverwriteFrequency must be a whole number from 1, received ${overwrite}`);
    }
  }

  /** The settings in Keras's names. */
  getConfig(): Record<string, unknown> {
    const names = [...optimizerSettings, ...(this.constructor as typeof Optimizer).settings];
    // Keras reads the rate back from its float32 variable.
    const rate =
      this.learningRate instanceof Schedule ? serialize(this.learningRate) : Math.fround(this.rate as number);
    return { ...configOf(this, names), learning_rate: rate };
  }

  toString(): string {
    const rate = this.learningRate instanceof Schedule ? this.learningRate.className : this.rate;
    return `${this.className} "${this.name}", learning rate ${rate}`;
  }
}
