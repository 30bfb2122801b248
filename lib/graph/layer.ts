// Layers: what can be applied to tensors, with weights made at the first call. Applying one records a call; what it
// computes is written down later, once per batch size and mode (lower/bind).

import type { NdArray } from "ndarray";
import { type CallOptions, collectTensors } from "./callOptions.js";
import type { DType } from "./dtype.js";
import { orRefuse, ShapeError, userFrame, ValueError } from "./errors.js";
import { probe } from "./infer.js";
import { refuseMask, withHandMask } from "./maskOfCall.js";
import type { Mode } from "./mode.js";
import { camelCase, snakeCase, uniqueName } from "./names.js";
import { type Shape, showShape } from "./shape.js";
import { record, Tensor } from "./tensor.js";
import { Weight, type WeightOptions } from "./weight.js";
import { numbers } from "./weightAccess.js";

/** Options that every layer takes. */
export interface LayerOptions {
  /** Unique in a model; by default the class name in snake case, numbered. */
  readonly name?: string | undefined;
  /** False freezes the layer: training leaves its weights alone. */
  readonly trainable?: boolean | undefined;
  readonly dtype?: DType | undefined;
}

/** Calling a layer. `Out` is Tensor, or Tensor[] for layers with several outputs. */
export interface Layer<Out extends Tensor | Tensor[] = Tensor> {
  (inputs: Tensor | readonly Tensor[], options?: CallOptions): Out;
}

// An object that can be called: a function wearing the class's prototype, so that fields and `instanceof` work too.
class Callable {
  constructor() {
    const self = (inputs: Tensor | readonly Tensor[], options?: CallOptions): unknown =>
      (self as unknown as Layer).apply(inputs, options);
    Object.setPrototypeOf(self, new.target.prototype);
    // biome-ignore lint/correctness/noConstructorReturn: the callable replaces the plain object
    return self as unknown as Callable;
  }
}

/**
 * Base of all layers; extend it to make your own: `build` makes the weights, `call` says the computation in ops. Gradients,
 * saving, display and checks follow.
 *
 * @example
 * class Scale extends Layer {
 *   factor!: Weight;
 *   override build() { this.factor = this.addWeight({ name: "factor", shape: [], initializer: "ones" }); }
 *   override call(x: Tensor) { return ops.multiply(x, this.factor); }
 * }
 * const y = new Scale()(input([3]));
 */
// The interface above gives instances their call signature.
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: a layer is a callable object
export abstract class Layer<Out extends Tensor | Tensor[] = Tensor> extends Callable {
  declare readonly name: string;
  /** Set to false to freeze; takes effect at the next `compile`. */
  trainable: boolean;
  readonly dtype: DType;
  built = false;
  /** Every call of this layer, in order (a shared layer has several). */
  readonly calls: Tensor[][] = [];
  /** Own weights in the order of Keras's `layer.weights`: trainable ones first. */
  protected readonly ownWeights: Weight[] = [];
  /** What a mask on an input means: carried on, used by `call` (which sets the outputs' masks), or an error. */
  readonly masking: "keeps" | "uses" | "refuses" = "refuses";
  /** Keras's names of the inputs, where its call takes one after the other instead of a list. */
  readonly argumentNames: readonly string[] | null = null;
  /** True when a shorter list of names was chosen by the user rather than made up. */
  readonly named: boolean;
  private builtFor: { readonly shapes: readonly Shape[]; readonly where: string | undefined } | null = null;

  constructor(options: LayerOptions = {}) {
    super();
    const name = options.name ?? uniqueName(snakeCase(new.target.name));
    // A function's own `name` is read-only: replace it.
    Object.defineProperty(this, "name", { value: name, enumerable: true, configurable: true, writable: true });
    this.named = options.name !== undefined;
    this.trainable = options.trainable ?? true;
    this.dtype = options.dtype ?? "float32";
  }

  /** Keras's name of the class, for configs and summaries. */
  get className(): string {
    return this.constructor.name;
  }

  /** Makes the weights for these input shapes; runs once, at the first call. */
  build(_shapes: readonly Shape[]): void {}

  /** The computation, in ops, on tensors of known sizes. Set an output's mask with `withMask`. */
  abstract call(inputs: Tensor | Tensor[], mode: Mode): Tensor | Tensor[];

  /** Told what each call gave, for what follows from outputs alone (losses). */
  afterCall(_outputs: readonly Tensor[], _mode: Mode): void {}

  /** Checks inputs while the user's line is on the stack; throw ShapeError here. */
  check(_shapes: readonly Shape[]): void {}

  /** Layers inside of this one (wrapped, nested), whose weights are also this layer's. */
  get sublayers(): readonly Layer<Tensor | Tensor[]>[] {
    return [];
  }

  /** All weights: trainable ones first, as Keras orders them. */
  get weights(): readonly Weight[] {
    return [...new Set([...this.ownInOrder(), ...this.sublayers.flatMap((layer) => layer.weights)])];
  }

  private ownInOrder(): Weight[] {
    return [
      ...this.ownWeights.filter((weight) => weight.trainable),
      ...this.ownWeights.filter((weight) => !weight.trainable),
    ];
  }

  /** Under which names files keep the layer's variables: its own, and those of the layers inside by the fields that hold them. */
  get storage(): Storage {
    const fields = new Map(Object.entries(this).map(([field, value]) => [value as unknown, snakeCase(field)]));
    const inside = this.sublayers.map((layer, i) => [fields.get(layer) ?? `layers/${i}`, layer.storage] as const);
    return {
      owner: this,
      name: this.name,
      variables: this.ownInOrder(),
      inside: inside.sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  }

  /** What one batch leaves for the next besides weights, in this layer and those inside: states of recurrent layers. */
  get carriedStates(): readonly Weight[] {
    return [...new Set(this.sublayers.flatMap((layer) => layer.carriedStates))];
  }

  /** Weights that training changes: none when frozen. */
  get trainableWeights(): readonly Weight[] {
    if (!this.trainable) return [];
    return [
      ...new Set([
        ...this.ownWeights.filter((weight) => weight.trainable),
        ...this.sublayers.flatMap((layer) => layer.trainableWeights),
      ]),
    ];
  }

  get nonTrainableWeights(): readonly Weight[] {
    const trainable = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trainable.has(weight));
  }

  /** Number of elements of all weights. */
  countParams(): number {
    return this.weights.reduce((sum, weight) => sum + weight.size, 0);
  }

  /** The numbers of all weights, in Keras's order and shapes. */
  async getWeights(): Promise<NdArray<Float32Array | Int32Array>[]> {
    return Promise.all(this.weights.map((weight) => numbers().read(weight)));
  }

  /**
   * Replaces the numbers of all weights: ndarrays, nested arrays or typed arrays, in the order of `weights`. Nothing changes when
   * one of them has the wrong shape (ShapeError) or their number is wrong (ValueError).
   */
  async setWeights(values: readonly unknown[]): Promise<void> {
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ValueError(`${this.describe()} has ${weights.length} weights, received ${values.length}`, {
        notes: weights.map((weight) => `${weight.path} [${weight.shape.join(", ")}]`),
      });
    }
    await numbers().write(weights, values);
  }

  /** Makes a weight of this layer. */
  protected addWeight(options: WeightOptions): Weight {
    const weight = new Weight(options);
    weight.path = `${this.name}/${options.name}`;
    this.ownWeights.push(weight);
    return weight;
  }

  /** Applies the layer: `layer(x)` is the same. Builds it first if need be. */
  apply(inputs: Tensor | readonly Tensor[], options: CallOptions = {}): Out {
    const where = userFrame();
    const list = (Array.isArray(inputs) ? inputs : [inputs]) as Tensor[];
    for (const value of list) {
      if (!(value instanceof Tensor)) {
        throw new ValueError(`${this.describe()} expects tensors, received ${describeValue(value)}`, {
          hint: "start from input([...]); to compute with numbers use model.predict(data)",
        });
      }
    }
    const shapes = list.map((tensor) => tensor.shape);
    const single = !Array.isArray(inputs);
    const { structure, results } = orRefuse(
      () => ({ name: this.name, className: this.className, inputs: list }),
      () => {
        const carried = withHandMask(this, list, single, options);
        refuseMask(this, list, carried);
        this.check(shapes);
        this.ensureBuilt(shapes, where);
        const given = { single, options: carried, count: list.length };
        return { structure: given, results: probe(this as unknown as Layer<Tensor | Tensor[]>, list, given) };
      },
    );
    const tensorOptions = collectTensors(structure.options);
    const outputs = record(
      {
        layer: this as unknown as Layer<Tensor | Tensor[]>,
        inputs: [...list, ...tensorOptions],
        attrs: structure,
        where,
      },
      results.outputs,
    );
    this.calls.push([...outputs]);
    return (results.single ? outputs[0] : [...outputs]) as Out;
  }

  /** Builds for these shapes once; later calls must fit the first. */
  ensureBuilt(shapes: readonly Shape[], where?: string): void {
    if (!this.built) {
      this.build(shapes);
      this.built = true;
      this.builtFor = { shapes, where };
    }
  }

  /** For `check`: last axis of the input must be what the weights were made for. */
  protected requireWidth(shape: Shape, expected: number): void {
    const width = shape[shape.length - 1];
    if (width === expected) return;
    const first = this.builtFor;
    throw new ShapeError(
      `${this.describe()} expects ${showShape([...shape.slice(0, -1), expected])}, received ${showShape(shape)}`,
      {
        notes: first
          ? [`${this.name} was built for ${expected} features${first.where ? ` at ${first.where}` : ""}`]
          : [],
        hint: `a layer keeps the width of its first input; make another ${camelCase(this.className)}() for this one`,
      },
    );
  }

  /** For `check`: the input must have this rank. */
  protected requireRank(shape: Shape, rank: number, form: string): void {
    if (shape.length === rank) return;
    throw new ShapeError(`${this.describe()} expects ${form}, received ${showShape(shape)}`, {
      hint: shape.length < rank ? "add the missing dimension with reshape()" : "flatten() or reshape() it first",
    });
  }

  /** `dense "fc1"`. */
  describe(): string {
    return `${camelCase(this.className)} "${this.name}"`;
  }

  /** The layer's configuration in Keras's names; `deserialize` reads it back. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, trainable: this.trainable, dtype: this.dtype };
  }

  override toString(): string {
    const last = this.calls.at(-1)?.[0];
    return `${this.describe()}${last ? ` → ${showShape(last.shape)}` : ""}, ${this.countParams()} parameters`;
  }
}

// Node prints a layer by `toString`, not as the function that it also is.
Object.defineProperty(Layer.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Layer) {
    return this.toString();
  },
});

/** How files keep the variables of a layer, or of a part of one. */
export interface Storage {
  /** Whose they are: what is met twice is kept once. */
  readonly owner: object;
  readonly name: string;
  readonly variables: readonly Weight[];
  /** What lies inside, by the name of its group ("cell", "layers/dense_1"). */
  readonly inside: readonly (readonly [group: string, storage: Storage])[];
}

function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return "a function (was a layer passed instead of its output?)";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" ? `a ${value.constructor?.name ?? "object"}` : `${typeof value} ${String(value)}`;
}
