// Laws of the loop: its reference is a plain loop, its gradient is what central differences in double precision give, and what can
// be done outside of it is.

import { expect } from "chai";
import { gru, lstm, simpleRNN } from "../../lib/catalog/layers/index.js";
import {
  add,
  broadcastTo,
  dot,
  matmul,
  multiply,
  reshape,
  sigmoid,
  sum,
  tanh,
  transpose,
  where,
} from "../../lib/catalog/ops/index.js";
import { type ScanAttrs, scan } from "../../lib/catalog/ops/scan.js";
import { constant, scalar } from "../../lib/graph/call.js";
import type { DType } from "../../lib/graph/dtype.js";
import { callsOf } from "../../lib/graph/network.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import { mixSeed } from "../../lib/graph/seed.js";
import { type Call, placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { bind } from "../../lib/lower/bind.js";
import { differentiate, withReplacements } from "../../lib/lower/differentiate.js";

/** Placeholders with random numbers, the same in every run. */
class Trial {
  readonly feeds: Map<Tensor, View> = new Map();

  input(shape: readonly number[], dtype: DType = "float32"): Tensor {
    const tensor = placeholder(shape, dtype, `x${this.feeds.size}`);
    const view = makeView({ shape, dtype }, 64);
    const at = this.feeds.size + 1;
    view.data.forEach((_, i) => {
      const unit = mixSeed(at, i) / 2 ** 32;
      view.data[i] = dtype === "float32" ? 2 * unit - 1 : dtype === "bool" ? Number(unit < 0.6) : Math.floor(5 * unit);
    });
    this.feeds.set(tensor, view);
    return tensor;
  }

  values(outputs: readonly Tensor[]): number[][] {
    return evaluateReference(outputs, this.feeds, 64).map((view) => [...view.data]);
  }

  /** Gradients of a weighted sum of `outputs` are what differences give; returns the calls of values and gradients together. */
  check(outputs: readonly Tensor[]): Call[] {
    const total = outputs.map((output, i) => this.weighted(output, i)).reduce((a, b) => add(a, b));
    const wrt = [...this.feeds.keys()].filter((tensor) => tensor.dtype === "float32");
    const derived = atOnce(differentiate([total], [scalar(1)], wrt));
    const made = derived.gradients.filter((gradient) => gradient !== null);
    const asked = withReplacements([total, ...made], derived);
    const [value, ...gradients] = this.values(asked);
    // Keeping more for the gradient doesn't change the value.
    expect(value).deep.equal(this.values([total])[0]);
    wrt.forEach((input, i) => {
      const place = made.indexOf(derived.gradients[i] as Tensor);
      const got = place < 0 ? null : (gradients[place] as number[]);
      this.differences(total, input).forEach((want, element) => {
        expect(got?.[element] ?? 0).closeTo(want, 1e-7 + 1e-6 * Math.abs(want), `${input.name}[${element}]`);
      });
    });
    return callsOf(asked);
  }

  private weighted(output: Tensor, index: number): Tensor {
    const view = makeView({ shape: output.shape as readonly number[], dtype: "float32" }, 64);
    for (let i = 0; i < view.data.length; i++) view.data[i] = 2 * (mixSeed(index + 101, i) / 2 ** 32) - 1;
    return sum(multiply(output, constant(view)));
  }

  private differences(total: Tensor, input: Tensor): number[] {
    const view = this.feeds.get(input) as View;
    const step = 1e-5;
    const at = (element: number, by: number): number => {
      const data = Float64Array.from(view.data);
      data[element] = (data[element] as number) + by;
      const [moved] = evaluateReference([total], new Map(this.feeds).set(input, { ...view, data }), 64);
      return (moved as View).data[0] as number;
    };
    return Array.from(view.data, (_, element) => (at(element, step) - at(element, -step)) / (2 * step));
  }
}

const scansIn = (calls: readonly Call[]): ScanAttrs[] =>
  calls.filter((call) => call.op?.name === "scan").map((call) => call.attrs as ScanAttrs);
const opsIn = ({ body }: ScanAttrs): string[] =>
  callsOf([...body.nextCarries, ...body.stacked]).flatMap((call) => (call.op ? [call.op.name] : []));
const dotsIn = (attrs: ScanAttrs): number => opsIn(attrs).filter((name) => name === "dot").length;

describe("law: scan is a loop", () => {
  for (const reverse of [false, true]) {
    it(`gives what a plain loop gives, ${reverse ? "backwards" : "forwards"}`, () => {
      const trial = new Trial();
      const [h0, x, u] = [trial.input([2]), trial.input([4, 2]), trial.input([])];
      const made = scan(
        ([h], [piece]) => {
          const next = add(multiply(h as Tensor, u), piece as Tensor);
          return { carries: [next], outputs: [next, piece as Tensor] };
        },
        [h0],
        [x],
        { reverse },
      );
      const [carry, stacked, pieces] = trial.values([...made.carries, ...made.outputs]) as [
        number[],
        number[],
        number[],
      ];
      const [start, xs, [factor]] = [h0, x, u].map((tensor) => [...(trial.feeds.get(tensor) as View).data]) as [
        number[],
        number[],
        [number],
      ];
      let h = start;
      for (const t of reverse ? [3, 2, 1, 0] : [0, 1, 2, 3]) {
        h = h.map((value, i) => value * factor + (xs[2 * t + i] as number));
        expect(stacked.slice(2 * t, 2 * t + 2)).deep.equal(h);
      }
      expect(carry).deep.equal(h);
      expect(pieces).deep.equal(xs);
    });
  }

  it("refuses what isn't one loop", () => {
    const [h, x] = [placeholder([2], "float32", "h"), placeholder([4, 2], "float32", "x")];
    const keep = (carries: readonly Tensor[]): { carries: readonly Tensor[] } => ({ carries });
    expect(() => scan(keep, [h], [x, placeholder([5, 2], "float32", "y")])).throw("scan over 4 steps can't walk over");
    expect(() => scan(keep, [placeholder([null, 2], "float32", "h")], [x])).throw("known sizes");
    expect(() => scan((_, [piece]) => ({ carries: [sum(piece as Tensor)] }), [h], [x])).throw(
      "carry 0 begins as [2] float32, its body gave [] float32",
    );
    expect(() => scan(() => ({ carries: [] }), [h], [x])).throw("carries 1 tensors, its body gave 0");
  });
});

describe("law: gradient of scan = differences", () => {
  for (const reverse of [false, true])
    for (const wanted of ["last", "stacked", "both"])
      it(`of the ${wanted} values, ${reverse ? "backwards" : "forwards"}`, () => {
        const trial = new Trial();
        const [h0, x, u, b] = [trial.input([2, 3]), trial.input([4, 2, 3]), trial.input([3, 3]), trial.input([3])];
        const made = scan(
          ([h], [piece]) => {
            const next = tanh(add(add(matmul(h as Tensor, u), piece as Tensor), b));
            return { carries: [next], outputs: [multiply(next, piece as Tensor)] };
          },
          [h0],
          [x],
          { reverse },
        );
        const calls = trial.check([
          ...(wanted === "stacked" ? [] : made.carries),
          ...(wanted === "last" ? [] : made.outputs),
        ]);
        // The loop that also keeps what the gradient needs replaces the one without.
        expect(scansIn(calls).length).equal(2);
      });

  it("of values from outside, however they were made", () => {
    const trial = new Trial();
    const [h0, x, u] = [trial.input([2, 3]), trial.input([4, 2, 3]), trial.input([3, 3])];
    const outside = sigmoid(matmul(u, u));
    const made = scan(
      ([h], [piece]) => ({
        carries: [add(matmul(h as Tensor, multiply(outside, 0.5)), multiply(piece as Tensor, sum(u)))],
      }),
      [h0],
      [x],
    );
    const calls = trial.check([...made.carries, outside]);
    // What every step would make alike is made once.
    for (const attrs of scansIn(calls)) expect(opsIn(attrs)).not.include("sigmoid");
  });

  it("of products from the left, transposed and reshaped", () => {
    const trial = new Trial();
    const [h0, x, u, v, w] = [
      trial.input([3, 2]),
      trial.input([4, 3, 2]),
      trial.input([3, 3]),
      trial.input([2, 3]),
      trial.input([6]),
    ];
    const made = scan(
      ([h], [piece]) => {
        const left = matmul(u, h as Tensor);
        const turned = transpose(matmul(transpose(h as Tensor), transpose(v)));
        const flat = reshape(multiply(reshape(h as Tensor, [6]), w), [3, 2]);
        // Contracted over its first axis: the gradient towards u comes out transposed.
        const across = dot(u, h as Tensor, { batchA: [], batchB: [], contractA: [0], contractB: [0] });
        const twice = matmul(transpose(v), matmul(v, piece as Tensor));
        return { carries: [tanh(add(add(add(left, across), flat), add(broadcastTo(sum(turned), [3, 2]), twice)))] };
      },
      [h0],
      [x],
    );
    const backward = scansIn(trial.check(made.carries))[1] as ScanAttrs;
    // Towards h from the left, across and turned, towards v·piece, and from there towards the piece; none towards u or v.
    expect(dotsIn(backward)).equal(5);
  });

  it("of carries that swap, stay, count or begin anew", () => {
    const trial = new Trial();
    const [a0, b0, c0, x] = [trial.input([2]), trial.input([2]), trial.input([2]), trial.input([3, 2])];
    const made = scan(
      ([a, b, c, count], [piece]) => ({
        carries: [
          b as Tensor,
          multiply(a as Tensor, piece as Tensor),
          c as Tensor,
          add(count as Tensor, scalar(1, "int32")),
        ],
        outputs: [piece as Tensor, multiply(a as Tensor, c as Tensor), x],
      }),
      [a0, b0, c0, scalar(0, "int32")],
      [x],
    );
    expect(trial.values([made.carries[3] as Tensor])[0]).deep.equal([3]);
    trial.check([...made.carries.slice(0, 3), ...made.outputs]);
  });

  it("of steps that a mask leaves out", () => {
    const trial = new Trial();
    const [h0, x, on, u] = [
      trial.input([2, 3]),
      trial.input([5, 2, 3]),
      trial.input([5, 2, 1], "bool"),
      trial.input([3, 3]),
    ];
    const made = scan(
      ([h], [piece, real]) => {
        const next = where(real as Tensor, tanh(add(matmul(h as Tensor, u), piece as Tensor)), h as Tensor);
        return { carries: [next], outputs: [where(real as Tensor, next, 0)] };
      },
      [h0],
      [x, on],
    );
    trial.check([...made.carries, ...made.outputs]);
  });

  it("of a loop in a loop, and of a loop after a loop", () => {
    const trial = new Trial();
    const [h0, x, u] = [trial.input([2]), trial.input([3, 2, 2]), trial.input([2])];
    const walk = (start: Tensor, over: Tensor): Tensor =>
      scan(([h], [piece]) => ({ carries: [tanh(add(multiply(h as Tensor, u), piece as Tensor))] }), [start], [over])
        .carries[0] as Tensor;
    const nested = scan(([h], [piece]) => ({ carries: [walk(h as Tensor, piece as Tensor)] }), [h0], [x]);
    const first = scan(
      ([h], [piece]) => {
        const next = tanh(add(multiply(h as Tensor, u), sum(piece as Tensor, { axis: 0 })));
        return { carries: [next], outputs: [next] };
      },
      [h0],
      [x],
    );
    trial.check([...nested.carries, walk(h0, first.outputs[0] as Tensor)]);
  });
});

/** Loops of a layer's training step: the one that walks forwards, and the one of its gradient. */
function loopsOf(
  layer: ReturnType<typeof lstm | typeof gru | typeof simpleRNN>,
  options: { mask?: boolean; wrt?: "weights" } = {},
): { forward: ScanAttrs; backward: ScanAttrs; calls: Call[] } {
  const x = placeholder([2, 5, 3], "float32", "x");
  const output = layer(x, options.mask ? { mask: placeholder([2, 5], "bool", "mask") } : {});
  const step = placeholder([], "int32", "step");
  const bound = atOnce(bind([output], new Map([[x, x]]), { training: true, step, seed: 1 }));
  const wrt = [...layer.weights.map((weight) => weight.tensor), ...(options.wrt === "weights" ? [] : [x])];
  const derived = atOnce(differentiate([sum(bound.outputs[0] as Tensor)], [scalar(1)], wrt));
  const calls = callsOf(withReplacements([...bound.outputs, ...(derived.gradients as Tensor[])], derived));
  const scans = scansIn(calls);
  expect(scans.length, "loops").equal(2);
  return { forward: scans[0] as ScanAttrs, backward: scans[1] as ScanAttrs, calls };
}

describe("law: what can be done for all steps at once is", () => {
  const settings: Record<string, object> = {
    plain: {},
    sequences: { returnSequences: true },
    backwards: { goBackwards: true },
    "without bias": { useBias: false },
    dropout: { dropout: 0.5, recurrentDropout: 0.5 },
  };
  const layers = {
    LSTM: { make: (own: object) => lstm(4, own), products: 1 },
    GRU: { make: (own: object) => gru(4, own), products: 1 },
    "GRU that resets before": { make: (own: object) => gru(4, { ...own, resetAfter: false }), products: 2 },
    SimpleRNN: { make: (own: object) => simpleRNN(4, own), products: 1 },
  };
  for (const [kind, { make, products }] of Object.entries(layers))
    for (const [name, own] of Object.entries(settings))
      for (const mask of [false, true])
        it(`${kind}, ${name}${mask ? ", masked" : ""}: only products with the state are left in the loops`, () => {
          const { forward, backward, calls } = loopsOf(make(own), { mask });
          expect(dotsIn(forward), "products of a step").equal(products);
          // Of a step's gradient: towards the state only. Those towards kernels are one product over all steps each.
          expect(dotsIn(backward), "products of a step's gradient").equal(products);
          expect(opsIn(backward), "sums over samples").not.include("reduceSum");
          // x·W, its two gradients, and one for each part of the recurrent kernel.
          expect(calls.filter((call) => call.op?.name === "dot").length, "products outside").equal(3 + products);
        });

  it("the last output alone keeps nothing of the other steps", () => {
    const x = placeholder([2, 5, 3], "float32", "x");
    const bound = atOnce(bind([lstm(4)(x)], new Map([[x, x]]), { training: false, step: scalar(0, "int32"), seed: 0 }));
    const [only] = scansIn(callsOf(bound.outputs));
    expect(only?.body.stacked).deep.equal([]);
  });
});
