// A graph that is being written in ONNX's nodes. The graph comes twice, for two batch sizes: a size that differs between the two grows with
// the batch, and is computed from it when the model runs.

import type { DType } from "../../../graph/dtype.js";
import { ValueError } from "../../../graph/errors.js";
import { callsOf } from "../../../graph/network.js";
import { type Call, originalOf, type Tensor } from "../../../graph/tensor.js";
import type { Weight } from "../../../graph/weight.js";
import { bytesIn } from "../elements.js";
import { type Attribute, type ElementType, elementTypes, nodeProto, tensorProto } from "./proto.js";
import type { Message } from "./protobuf.js";

/** The two batch sizes. Primes: a multiple of one is hardly anything else. */
export const batches = [83, 89] as const;

/** The same call for both batch sizes. */
export interface CallPair {
  readonly a: Call;
  readonly b: Call;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  /** The attributes, for both. */
  readonly attrs: readonly [unknown, unknown];
}

/** How one op is said in ONNX: emits nodes, returns the names of its outputs. */
export type Writer = (graph: GraphWriter, call: CallPair) => readonly string[];

/** What all graphs of a file share. */
export interface Shared {
  readonly initializers: Message[];
  /** Weights in the file, by what names they have there. */
  readonly weights: Map<Weight, string>;
  readonly constants: Map<string, string>;
  readonly writers: Readonly<Record<string, Writer>>;
  /** The name of a tensor that holds the batch size [1]. */
  batch: string | null;
  next: number;
}

export class GraphWriter {
  readonly nodes: Message[] = [];
  readonly shared: Shared;
  /** Names of tensors of the first of the two graphs. */
  readonly names: Map<Tensor, string>;

  /** Tensors of the second graph that have names. */
  readonly #twins: Set<Tensor>;

  constructor(shared: Shared, outer?: GraphWriter) {
    this.shared = shared;
    this.names = new Map(outer?.names);
    this.#twins = new Set(outer ? outer.#twins : []);
  }

  /** Writes what `a` needs, and returns its names; `b` is the same for the other batch size. */
  write(a: readonly Tensor[], b: readonly Tensor[]): string[] {
    const leaves = { has: (tensor: Tensor) => this.names.has(tensor) };
    const known = { has: (tensor: Tensor) => this.#twins.has(tensor) };
    const [first, second] = [callsOf(a, leaves), callsOf(b, known)].map((calls) => calls.filter(({ op }) => op)) as [
      Call[],
      Call[],
    ];
    if (first.length !== second.length || first.some(({ op }, i) => op !== second[i]?.op))
      throw new ValueError("the model computes something else for another batch size: ONNX can't say that");
    first.forEach((call, i) => {
      this.#call(call, second[i] as Call);
    });
    return a.map((tensor, i) => this.nameOf(tensor, b[i] as Tensor));
  }

  /** Names a pair of tensors. */
  give(a: Tensor, b: Tensor, name: string): void {
    this.names.set(originalOf(a), name);
    this.#twins.add(originalOf(b));
  }

  #call(a: Call, b: Call): void {
    const op = a.op as NonNullable<Call["op"]>;
    const writer = this.shared.writers[op.name];
    if (!writer) {
      throw new ValueError(`the model uses ${op.name}, which ONNX has no word for`, {
        hint: "save it as .keras, or leave out the layer that needs it",
      });
    }
    const inputs = a.inputs.map((tensor, i) => this.nameOf(tensor, b.inputs[i] as Tensor));
    const made = writer(this, { a, b, inputs, attrs: [a.attrs, b.attrs] });
    a.outputs.forEach((output, i) => {
      this.give(output, b.outputs[i] as Tensor, made[i] as string);
    });
  }

  nameOf(a: Tensor, b: Tensor): string {
    const known = this.names.get(originalOf(a));
    if (known !== undefined) return known;
    const { source } = a.call;
    if (source?.kind === "weight") {
      if (source.rows) throw new Error("a weight can't be cut here");
      let name = this.shared.weights.get(source.weight);
      if (name === undefined) {
        name = source.weight.path;
        for (let i = 1; [...this.shared.weights.values()].includes(name); i++) name = `${source.weight.path}_${i}`;
        this.shared.weights.set(source.weight, name);
      }
      return name;
    }
    if (source?.kind === "constant") {
      const { data, shape } = source.value;
      const other = b.call.source?.kind === "constant" ? b.call.source.value : null;
      if (!other || data.some((value, i) => value !== other.data[i]))
        throw new ValueError("a constant of the model depends on the batch size: ONNX can't say that");
      return this.constant(a.dtype, shape, data);
    }
    throw new ValueError(`the model needs "${a.name}", which isn't among its inputs`);
  }

  /** Emits a node, and returns the name of its output. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.nodeOf(op, inputs, attributes, 1)[0] as string;
  }

  nodeOf(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
  ): string[] {
    const names = Array.from({ length: outputs }, () => `t${this.shared.next++}`);
    this.nodes.push(nodeProto(op, inputs, names, attributes));
    return names;
  }

  /** A constant of one of our dtypes. */
  constant(dtype: DType, shape: readonly number[], data: ArrayLike<number>): string {
    const typed =
      dtype === "float32" ? Float32Array.from(data) : dtype === "int32" ? Int32Array.from(data) : Uint8Array.from(data);
    return this.#initializer(dtype, shape, bytesIn(typed));
  }

  /** A list of 64-bit whole numbers, as ONNX takes shapes and axes. */
  ints(values: readonly number[]): string {
    return this.#initializer("int64", [values.length], bytesIn(BigInt64Array.from(values, BigInt)));
  }

  #initializer(type: ElementType, shape: readonly number[], bytes: Uint8Array): string {
    const key = `${type} ${shape.join("x")} ${Buffer.from(bytes).toString("base64")}`;
    let name = bytes.length <= 256 ? this.shared.constants.get(key) : undefined;
    if (name === undefined) {
      name = `c${this.shared.next++}`;
      this.shared.constants.set(key, name);
      this.shared.initializers.push(tensorProto(name, type, shape, bytes));
    }
    return name;
  }

  /** A list of sizes that are `a` for the first batch size and `b` for the second: each is linear in the batch. */
  sizes(a: readonly number[], b: readonly number[]): string {
    if (a.every((size, i) => size === b[i])) return this.ints(a);
    const [first, second] = batches;
    const slopes = a.map((size, i) => ((b[i] as number) - size) / (second - first));
    const rests = a.map((size, i) => size - (slopes[i] as number) * first);
    if (![...slopes, ...rests].every(Number.isInteger))
      throw new ValueError("a size of the model doesn't grow with the batch: ONNX can't say that");
    const { batch } = this.shared;
    if (batch === null) throw new Error("no batch size is known");
    return this.node("Add", [this.node("Mul", [batch, this.ints(slopes)]), this.ints(rests)]);
  }

  /** The value as another dtype. */
  cast(name: string, from: DType, to: ElementType): string {
    return from === to ? name : this.node("Cast", [name], { to: { int: elementTypes[to] } });
  }
}
