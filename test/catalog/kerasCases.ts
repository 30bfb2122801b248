// Runs a layer on made-up numbers and compares with what Keras 3.15.1 (on JAX) gives for the same. A case holds shapes, a config and Keras's
// results; inputs are uniform(size, i + 1, 2) and weights uniform(size, 100 + i, 0.5) of golden/read.ts, moved up by 1 where they
// scale (gamma, variances), unless the case has numbers of its own. Gradients are those of Σ output_i · cos(place + i).

import { expect } from "chai";
import type { AnyLayer } from "../../lib/catalog/layers/base/catalogLayer.js";
import { layers } from "../../lib/catalog/layers/registry.js";
import { add, cos, iota, multiply, add as plus, reshape, sum } from "../../lib/catalog/ops/index.js";
import { constant, scalar } from "../../lib/graph/call.js";
import type { DType } from "../../lib/graph/dtype.js";
import type { View } from "../../lib/graph/op.js";
import { sizeOf } from "../../lib/graph/shape.js";
import { placeholder, Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { Weight } from "../../lib/graph/weight.js";
import { type Bound, bind } from "../../lib/lower/bind.js";
import { differentiate, withReplacements } from "../../lib/lower/differentiate.js";
import { assertClose, uniform } from "../golden/read.js";
import type { Evaluate } from "../golden/training.js";
import { maskedInput } from "../laws/layerTrial.js";

/** Row-major numbers under a shape. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

export interface KerasInput {
  readonly shape: readonly number[];
  readonly dtype?: string;
  /** Default: made up. */
  readonly data?: readonly (number | string)[];
  /** 1 where a step is real; comes with the input. */
  readonly mask?: readonly number[];
  readonly maskShape?: readonly number[];
}

export interface KerasCase {
  readonly class: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly KerasInput[];
  /** Whether Keras's layer is called on a list. */
  readonly call?: string;
  readonly training?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Default: made up. */
  readonly weightData?: readonly Numbers[];
  readonly want: {
    readonly outputs: readonly Numbers[];
    readonly dtypes?: readonly string[];
    readonly masks?: readonly (Numbers | null)[];
    /** What the layer adds to the loss. */
    readonly loss?: number;
    /** New values of weights, by place. */
    readonly updates?: Readonly<Record<string, Numbers>>;
    readonly inputGradients?: readonly (Numbers | null)[];
    readonly weightGradients?: readonly (Numbers | null)[];
  };
}

const tolerance = { rtol: 1e-4, atol: 2e-5 };

const valuesOf = (data: readonly (number | string)[]): number[] => data.map(Number);

function viewOf(shape: readonly number[], dtype: DType, data: ArrayLike<number>): View {
  return { shape, dtype, data: dtype === "float32" ? Float32Array.from(data) : Int32Array.from(data) };
}

const dtypeOf = (name: string | undefined): DType => (name === "int32" || name === "bool" ? name : "float32");

const scales = /gamma|variance|stddev|^scale$/;

/** Builds the layer and calls it on placeholders; what they stand for goes into `feeds`. */
function call(keras: KerasCase, feeds: Map<Tensor, View>): { layer: AnyLayer; inputs: Tensor[]; outputs: Tensor[] } {
  const layer = layers.deserialize({ class_name: keras.class, config: keras.config ?? {} });
  const inputs = keras.inputs.map(({ shape, dtype, data, mask, maskShape }, i) => {
    const own = dtypeOf(dtype);
    const carried = mask && constant(viewOf(maskShape ?? shape, "bool", mask));
    const tensor = maskedInput(shape, own, carried);
    feeds.set(tensor, viewOf(shape, own, data ? valuesOf(data) : uniform(sizeOf(shape), i + 1, 2)));
    return tensor;
  });
  const options = Object.fromEntries(
    Object.entries(keras.options ?? {}).map(([name, value]) => {
      const given = value as { shape?: readonly number[]; dtype?: string; data?: readonly number[] } | null;
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [camel, given?.shape ? constant(viewOf(given.shape, dtypeOf(given.dtype), given.data ?? [])) : value];
    }),
  );
  const made = layer(keras.call === "list" ? inputs : (inputs[0] as Tensor), options);
  layer.weights.forEach((weight, i) => {
    const own = keras.weightData?.[i];
    const data = own ? valuesOf(own.data) : uniform(weight.size, 100 + i, 0.5, scales.test(weight.name) ? 1 : 0);
    feeds.set(weight.tensor, viewOf(weight.shape, "float32", data));
  });
  return { layer, inputs, outputs: Array.isArray(made) ? made : [made] };
}

/** Σ output_i · cos(place + i) over the outputs that are real numbers. */
function objective(outputs: readonly Tensor[]): Tensor | null {
  const terms = outputs.flatMap((output, i) => {
    if (output.dtype !== "float32") return [];
    const flat = reshape(output, [-1]);
    const places = iota(flat.shape as readonly number[], 0);
    return [sum(multiply(flat, cos(plus(multiply(places, 1.0), i))))];
  });
  return terms.length === 0 ? null : terms.reduce((a, b) => add(a, b));
}

/** Compares everything the case has. */
export async function runKerasCase(keras: KerasCase, evaluate: Evaluate): Promise<void> {
  const { want } = keras;
  const feeds = new Map<Tensor, View>();
  const { layer, inputs, outputs: recorded } = call(keras, feeds);
  const step = placeholder([], "int32", "step");
  feeds.set(step, viewOf([], "int32", [1]));
  const own = new Map(inputs.map((tensor) => [tensor.call.outputs[0] as Tensor, tensor]));
  const mode = { training: keras.training ?? false, step, seed: 7 };
  const bound: Bound = atOnce(bind(recorded, own, mode));
  expect(recorded.map(({ shape }) => shape)).deep.equal(
    want.outputs.map(({ shape }) => shape),
    "shapes",
  );
  if (want.dtypes) expect(bound.outputs.map(({ dtype }) => dtype)).deep.equal(want.dtypes, "dtypes");
  const wrt = [
    ...inputs.map((tensor) => tensor.call.outputs[0] as Tensor),
    ...layer.weights.map(({ tensor }) => tensor),
  ];
  const total = want.inputGradients || want.weightGradients ? objective(bound.outputs) : null;
  const derived = total ? atOnce(differentiate([total], [scalar(1)], wrt)) : null;
  const gradients = derived?.gradients ?? [];
  const masks = bound.outputs.map((output) => output.mask);
  const loss = bound.losses.length > 0 ? bound.losses.reduce((a, b) => add(a, b)) : null;
  const asked = [...bound.outputs, ...gradients, ...masks, ...bound.updates.values(), loss].filter(
    (tensor): tensor is Tensor => tensor instanceof Tensor,
  );
  const values = await evaluate(derived ? withReplacements(asked, derived) : asked, feeds);
  const compare = (tensor: Tensor | null | undefined, wanted: Numbers | null | undefined, label: string): void => {
    if (!wanted) return;
    const found = tensor ? values[asked.indexOf(tensor)] : undefined;
    // Where no gradient flows, Keras has zeros.
    const got = found ?? (label.startsWith("gradient") ? { ...wanted, data: wanted.data.map(() => 0) } : undefined);
    if (!got) throw new Error(`${label}: nothing came`);
    assertClose(got as View, { shape: wanted.shape, data: valuesOf(wanted.data) }, tolerance, label);
  };
  want.outputs.forEach((output, i) => {
    compare(bound.outputs[i], output, `output ${i}`);
  });
  want.masks?.forEach((mask, i) => {
    expect(masks[i] !== undefined).equal(mask !== null, `output ${i} has a mask`);
    compare(masks[i], mask, `mask ${i}`);
  });
  const weightAt = (place: string): Weight => layer.weights[Number(place)] as Weight;
  expect([...bound.updates.keys()].map(({ name }) => name).sort()).deep.equal(
    Object.keys(want.updates ?? {})
      .map((place) => weightAt(place).name)
      .sort(),
    "weights that change",
  );
  for (const [place, update] of Object.entries(want.updates ?? {}))
    compare(bound.updates.get(weightAt(place)), update, `new value of ${weightAt(place).name}`);
  if (want.loss !== undefined) compare(loss, { shape: [], data: [want.loss] }, "loss");
  want.inputGradients?.forEach((gradient, i) => {
    compare(gradients[i], gradient, `gradient towards input ${i}`);
  });
  want.weightGradients?.forEach((gradient, i) => {
    compare(gradients[inputs.length + i], gradient, `gradient towards weight ${i}`);
  });
}

/** What tells cases apart. */
export function nameOf({ class: name, config, inputs, training, options }: KerasCase): string {
  const shapes = inputs.map(
    ({ shape, dtype, mask }) => `[${shape}]${dtype ? ` ${dtype}` : ""}${mask ? " masked" : ""}`,
  );
  const said = [...Object.entries(config ?? {}), ...Object.keys(options ?? {}).map((key) => [key, "given"])];
  return `${name} ${said.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(" ")} on ${shapes.join(", ")}${training ? " while training" : ""}`;
}
