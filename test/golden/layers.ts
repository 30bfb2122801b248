// Runs a layer fixture: the layer as a graph of ops, with gradients, through whatever computes it.

import { expect } from "chai";
import { camelOption } from "../../lib/catalog/config.js";
import { layers } from "../../lib/catalog/layers/registry.js";
import { add, multiply, sum } from "../../lib/catalog/ops/index.js";
import { constant } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { Weight } from "../../lib/graph/weight.js";
import { bind } from "../../lib/lower/bind.js";
import { differentiate, withReplacements } from "../../lib/lower/differentiate.js";
import { array, assertClose, type GoldenCase } from "./read.js";
import type { Evaluate } from "./training.js";

type Named = { readonly name: string; readonly shape: readonly number[]; readonly dtype: string };
interface Results {
  readonly outputs: readonly (string | null)[];
  readonly output_masks?: readonly (string | null)[];
  readonly grad_inputs?: readonly (string | null)[] | null;
  readonly grad_weights?: readonly (string | null)[] | null;
  readonly updated_weights?: readonly { readonly weight: number; readonly name: string }[];
  /** Outputs of further calls, with the states that the last one left. */
  readonly next_calls?: readonly (readonly string[])[];
}
interface LayerCase extends Results {
  readonly class: string;
  readonly config: Record<string, unknown>;
  readonly call: "single" | "list" | "spread";
  readonly call_kwargs?: Record<string, { array?: string; arrays?: string[] } | undefined>;
  readonly inputs: readonly Named[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly R: readonly string[];
  readonly tol: { readonly fwd: Tolerance; readonly grad: Tolerance };
  readonly training?: Results;
}
type Tolerance = { readonly rtol: number; readonly atol: number };

const viewOf = (fixture: GoldenCase, key: string): View => {
  const { shape, data, dtype } = array(fixture, key) as unknown as {
    shape: readonly number[];
    data: ArrayLike<number>;
    dtype: string;
  };
  const floating = dtype === "F32" || dtype === "float32";
  const bool = dtype === "BOOL" || dtype === "bool";
  return {
    shape,
    dtype: floating ? "float32" : bool ? "bool" : "int32",
    data: floating ? Float32Array.from(data) : Int32Array.from(data),
  };
};

/** Outputs, masks, updated weights and gradients of a layer, as Keras has them. */
export async function runLayerCase(fixture: GoldenCase, evaluate: Evaluate): Promise<void> {
  const own = fixture as unknown as LayerCase;
  const layer = layers.deserialize({ class_name: own.class, config: own.config });
  const inputs = own.inputs.map(({ shape, dtype }, i) =>
    placeholder(shape, dtype === "int32" ? "int32" : dtype === "bool" ? "bool" : "float32", `in${i}`),
  );
  const feeds = new Map<Tensor, View>(
    inputs.map((tensor, i) => [tensor, { ...viewOf(fixture, (own.inputs[i] as Named).name), dtype: tensor.dtype }]),
  );
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own.call_kwargs ?? {})) {
    const read = (key: string): Tensor => constant(viewOf(fixture, key));
    const camel = camelOption(name);
    if (value?.array) options[camel] = camel === "mask" ? asMask(read(value.array)) : read(value.array);
    else if (value?.arrays) options[camel] = value.arrays.map(read);
    else options[camel] = value;
  }
  const made = layer(own.call === "single" ? (inputs[0] as Tensor) : inputs, options);
  const recorded = Array.isArray(made) ? made : [made];
  const weights = layer.weights as readonly Weight[];
  expect(weights.map(({ shape }) => [...shape])).deep.equal(
    own.weights.map(({ shape }) => [...shape]),
    "weights",
  );
  weights.forEach((weight, i) => feeds.set(weight.tensor, viewOf(fixture, (own.weights[i] as { name: string }).name)));
  for (const training of [false, true]) {
    const wanted: Results | undefined = training ? own.training : own;
    if (!wanted) continue;
    const step = placeholder([], "int32", "step");
    feeds.set(step, { shape: [], dtype: "int32", data: Int32Array.of(1) });
    const bound = atOnce(
      bind(recorded, new Map(inputs.map((tensor) => [tensor, tensor])), { training, step, seed: 7 }),
    );
    // States that aren't among the weights start at zero.
    for (const state of bound.updates.keys())
      if (!feeds.has(state.tensor))
        feeds.set(state.tensor, { shape: state.shape, dtype: state.dtype, data: new Float32Array(state.size) });
    const floats = (own.R ?? []).map((key, i) => ({ r: viewOf(fixture, key), output: bound.outputs[i] as Tensor }));
    const loss = floats
      .filter(({ output }) => output.dtype === "float32")
      .map(({ r, output }) => sum(multiply(output, constant(r))));
    const wrt = [...inputs, ...weights.map((weight) => weight.tensor)];
    const derived =
      loss.length > 0
        ? atOnce(
            differentiate(
              [loss.reduce((a, b) => add(a, b))],
              [constant({ shape: [], dtype: "float32", data: Float32Array.of(1) })],
              wrt,
            ),
          )
        : null;
    const updates = [...bound.updates];
    const masks = bound.outputs.map((output) => output.mask);
    const asked = [
      ...bound.outputs,
      ...updates.map(([, value]) => value),
      ...(derived?.gradients ?? []),
      ...masks,
    ].filter((tensor): tensor is Tensor => Boolean(tensor));
    const values = await evaluate(derived ? withReplacements(asked, derived) : asked, feeds);
    const numbersOf = (tensor: Tensor | null | undefined): View | undefined =>
      tensor ? values[asked.indexOf(tensor)] : undefined;
    const label = training ? "training " : "";
    wanted.outputs.forEach(
      (key, i) => key && compare(fixture, numbersOf(bound.outputs[i]), key, own.tol.fwd, `${label}output ${i}`),
    );
    wanted.output_masks?.forEach(
      (key, i) => key && compare(fixture, numbersOf(masks[i]), key, own.tol.fwd, `${label}mask ${i}`),
    );
    for (const { weight, name } of wanted.updated_weights ?? []) {
      compare(
        fixture,
        numbersOf(bound.updates.get(weights[weight] as Weight)),
        name,
        own.tol.fwd,
        `${label}updated weight ${weight}`,
      );
    }
    const stateful = new Map(feeds);
    let states = updates.map(([, value]) => numbersOf(value) as View);
    for (const [call, keys] of (wanted.next_calls ?? []).entries()) {
      updates.forEach(([state], i) => stateful.set(state.tensor, states[i] as View));
      const next = await evaluate([...bound.outputs, ...updates.map(([, value]) => value)], stateful);
      keys.forEach((key, i) => compare(fixture, next[i], key, own.tol.fwd, `${label}call ${call + 2} output ${i}`));
      states = next.slice(bound.outputs.length);
    }
    const gradients = [...(wanted.grad_inputs ?? inputs.map(() => null)), ...(wanted.grad_weights ?? [])];
    gradients.forEach((key, i) => {
      if (!key) return;
      const zero: View = {
        shape: (wrt[i] as Tensor).shape as readonly number[],
        dtype: "float32",
        data: new Float32Array(((wrt[i] as Tensor).shape as number[]).reduce((a, b) => a * b, 1)),
      };
      compare(fixture, numbersOf(derived?.gradients[i]) ?? zero, key, own.tol.grad, `${label}gradient ${i}`);
    });
  }
}

const asMask = (tensor: Tensor): Tensor => {
  const value = (tensor.call.source as { value: View }).value;
  return constant({ ...value, dtype: "bool" });
};

function compare(fixture: GoldenCase, got: View | undefined, key: string, tolerance: Tolerance, label: string): void {
  if (!got) throw new Error(`${label}: nothing came`);
  const want = array(fixture, key) as unknown as { shape: readonly number[]; data: ArrayLike<number> };
  assertClose({ shape: [...got.shape], data: got.data } as never, want as never, tolerance, label);
}
