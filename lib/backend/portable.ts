// What a model computes, as data that goes anywhere: ops by name, with numbers. Running it needs the ops' references and nothing else,
// no threads, no files, so that it also runs in a page.

import { elementwiseLookup } from "../catalog/ops/index.js";
import { constant, recordOp } from "../graph/call.js";
import type { DType } from "../graph/dtype.js";
import { ValueError } from "../graph/errors.js";
import { callsOf } from "../graph/network.js";
import type { View } from "../graph/op.js";
import { evaluateReference } from "../graph/reference.js";
import { originalOf, placeholder, type Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";

/** Values are numbered: inputs first, then constants, then the outputs of the calls, in order. */
export interface PortableProgram {
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[];
  /** Numbers of weights and constants: 32 bits each, little-endian, in base64. */
  readonly constants: readonly { readonly shape: readonly number[]; readonly dtype: DType; readonly data: string }[];
  readonly calls: readonly { readonly op: string; readonly inputs: readonly number[]; readonly attrs: unknown }[];
  readonly outputs: readonly number[];
}

/** JSON has no infinities. */
const numberKey = "number of no JSON";

function plainAttributes(op: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return { [numberKey]: String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plainAttributes(op, item));
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new ValueError(`the model uses ${op}, which can't leave the kernel: it holds a graph of its own`, {
      hint: "use a model without recurrent layers",
    });
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainAttributes(op, item)]));
}

function readAttributes(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(readAttributes);
  if (numberKey in value) return Number(value[numberKey]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readAttributes(item)]));
}

/** The graph between these inputs and outputs; `numbers` are those of its weights. Raises ValueError for loops over steps. */
export function toPortable(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  numbers: ReadonlyMap<Weight, ArrayLike<number>>,
): PortableProgram {
  const places = new Map<Tensor, number>(inputs.map((tensor, i) => [originalOf(tensor), i]));
  const give = (tensor: Tensor): void => void places.set(tensor, places.size);
  const constants: PortableProgram["constants"][number][] = [];
  const calls: PortableProgram["calls"][number][] = [];
  const all = callsOf(outputs, places);
  for (const { source, outputs: made } of all) {
    const data =
      source?.kind === "weight" ? numbers.get(source.weight) : source?.kind === "constant" && source.value.data;
    if (!data) continue;
    const [{ shape, dtype }] = made as unknown as [View];
    constants.push({ shape, dtype, data: toBase64(data, dtype) });
    give(made[0] as Tensor);
  }
  for (const { op, inputs: given, attrs, outputs: made } of all) {
    if (!op) continue;
    const at = given.map((tensor) => places.get(originalOf(tensor)) as number);
    calls.push({ op: op.name, inputs: at, attrs: plainAttributes(op.name, attrs) });
    made.forEach(give);
  }
  return {
    inputs: inputs.map(({ shape, dtype }) => ({ shape: shape as readonly number[], dtype })),
    constants,
    calls,
    outputs: outputs.map((tensor) => places.get(originalOf(tensor)) as number),
  };
}

/** A function that computes the program's outputs from numbers for its inputs. */
export function portableRunner(program: PortableProgram): (inputs: readonly ArrayLike<number>[]) => View[] {
  const inputs = program.inputs.map(({ shape, dtype }, i) => placeholder(shape, dtype, `input ${i}`));
  const values: Tensor[] = [
    ...inputs,
    ...program.constants.map(({ shape, dtype, data }) => constant({ shape, dtype, data: fromBase64(data, dtype) })),
  ];
  for (const { op, inputs: at, attrs } of program.calls) {
    const given = at.map((i) => values[i] as Tensor);
    values.push(...recordOp(elementwiseLookup(op), given, readAttributes(attrs)));
  }
  const outputs = program.outputs.map((i) => values[i] as Tensor);
  return (numbers) => {
    const feeds = inputs.map((tensor, i): [Tensor, View] => {
      const { shape, dtype } = tensor as unknown as View;
      const given = numbers[i] as ArrayLike<number>;
      return [tensor, { shape, dtype, data: dtype === "float32" ? Float32Array.from(given) : Int32Array.from(given) }];
    });
    return evaluateReference(outputs, new Map(feeds));
  };
}

function toBase64(data: ArrayLike<number>, dtype: DType): string {
  const bytes = new DataView(new ArrayBuffer(data.length * 4));
  for (let i = 0; i < data.length; i++) {
    if (dtype === "float32") bytes.setFloat32(i * 4, data[i] as number, true);
    else bytes.setInt32(i * 4, data[i] as number, true);
  }
  let text = "";
  for (const byte of new Uint8Array(bytes.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string, dtype: DType): Float32Array | Int32Array {
  const bytes = new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const size = bytes.byteLength / 4;
  return dtype === "float32"
    ? Float32Array.from({ length: size }, (_, i) => bytes.getFloat32(i * 4, true))
    : Int32Array.from({ length: size }, (_, i) => bytes.getInt32(i * 4, true));
}
