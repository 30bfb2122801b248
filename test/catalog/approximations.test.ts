// Every elementwise op in lanes against its own scalar meaning: elementary functions over the whole range of float32, in units of the
// last place.

import { expect } from "chai";
import { allOps } from "../../lib/catalog/ops/index.js";
import type { Lane } from "../../lib/graph/lanes.js";
import type { Op, View } from "../../lib/graph/op.js";
import { fromBits, jsLanes, lane, numberOf, toBits } from "./jsLanes.js";

const ops = new Map((allOps as unknown as readonly Op[]).map((op) => [op.name, op]));

function reference(op: Op, values: readonly number[], attrs: unknown): number {
  const inputs = values.map((value): View => ({ shape: [], dtype: "float32", data: Float64Array.of(value) }));
  const out: View = { shape: [], dtype: "float32", data: new Float64Array(1) };
  op.reference(inputs, [out], attrs);
  return out.data[0] as number;
}

/** Distance between neighbours of float32 at `value`. */
const unitInLastPlace = (value: number): number => 2 ** Math.max(Math.floor(Math.log2(Math.abs(value))) - 23, -149);

/** Numbers to try: every so many of all float32, and the ends. */
function* sweep(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Iterable<number> {
  yield* [
    0,
    -0,
    1,
    -1,
    0.5,
    2,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    3.4028234663852886e38,
    2 ** -126,
    1e-45,
    -1e-45,
  ]
    .map(Math.fround)
    .filter((x) => Number.isNaN(x) || (x >= low && x <= high));
  for (let bits = -0x80000000; bits < 0x7fffffff; bits += 163843) {
    const x = fromBits(bits);
    if (x >= low && x <= high) yield x;
  }
  // Where things happen, more densely.
  const [from, to] = [Math.max(low, -110), Math.min(high, 110)];
  for (let i = 0; i <= 20_000; i++) yield Math.fround(from + ((to - from) * i) / 20_000);
  for (let i = 0; i <= 8_000; i++)
    yield Math.fround(Math.max(low, -3) + ((Math.min(high, 3) - Math.max(low, -3)) * i) / 8_000);
}

interface Worst {
  units: number;
  at: readonly number[];
  got: number;
  want: number;
}

/** The largest error; results smaller than `flushed` may be 0 instead. */
function worstOf(op: Op, inputs: Iterable<readonly number[]>, flushed = 0, absolute = 0): Worst {
  let worst: Worst = { units: 0, at: [], got: 0, want: 0 };
  for (const fused of [false, true]) {
    const k = jsLanes(fused);
    for (const at of inputs) {
      const got = numberOf(
        op.emit?.(
          k,
          at.map((x) => lane(x)),
          null,
        ) as Lane,
      );
      const want = reference(op, at, null);
      const rounded = Math.fround(want);
      if (got === rounded || (Number.isNaN(got) && Number.isNaN(want))) continue;
      if (Math.abs(want) < flushed && Math.abs(got) <= flushed) continue;
      // The largest finite number and infinity are neighbours here: rounding decides between them.
      const finite = (x: number): number => (Math.abs(x) > 3.4028234663852886e38 ? Math.sign(x) * 2 ** 128 : x);
      const error = Math.abs(finite(got) - finite(want));
      const units = error <= absolute ? 0 : error / unitInLastPlace(finite(want));
      if (!(units <= worst.units)) worst = { units, at, got, want };
    }
  }
  return worst;
}

const flushed = 1.7e-38;
const cases: { name: string; low?: number; high?: number; units: number; flushed?: number; absolute?: number }[] = [
  { name: "exp", units: 2, flushed },
  { name: "expm1", units: 2.5 },
  { name: "sigmoid", units: 3, flushed },
  { name: "tanh", units: 5 },
  { name: "erf", units: 5.5 },
  { name: "log", units: 2 },
  { name: "log1p", units: 2.5 },
  { name: "softplus", units: 3, flushed },
  { name: "sin", low: -1e5, high: 1e5, units: 2.5 },
  { name: "cos", low: -1e5, high: 1e5, units: 2.5 },
  { name: "erfinv", low: -1, high: 1, units: 6 },
  { name: "rsqrt", units: 2 },
  { name: "reciprocal", units: 1 },
];

describe("elementary functions in lanes", () => {
  for (const { name, low, high, units, flushed = 0, absolute = 0 } of cases) {
    it(`${name} is within ${units} units in the last place`, () => {
      const op = ops.get(name) as Op;
      const inputs = [...sweep(low, high)].map((x) => [x]);
      const worst = worstOf(op, inputs, flushed, absolute);
      if (process.env["WEFT_SHOW_ERRORS"]) console.log(name, worst);
      expect(worst.units, JSON.stringify(worst)).lessThan(units);
    });
  }

  it("power is within 4 units in the last place", () => {
    const bases = [
      0,
      -0,
      1,
      -1,
      0.5,
      2,
      -2,
      -3,
      3,
      10,
      0.1,
      0.999,
      1.001,
      1e-30,
      1e30,
      1e-40,
      Math.fround(1 + 2 ** -23),
      Math.fround(1 - 2 ** -24),
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    const exponents = [
      0,
      1,
      -1,
      2,
      3,
      -2,
      -3,
      0.5,
      -0.5,
      1 / 3,
      0.1,
      10,
      33,
      127,
      -126,
      1e3,
      1e9,
      -1e9,
      1e20,
      1e-20,
      2.5,
      16777217,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    const pairs: number[][] = bases.flatMap((a) => exponents.map((b) => [Math.fround(a), Math.fround(b)]));
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return (state >>> 8) / 2 ** 24;
    };
    for (let i = 0; i < 20_000; i++) {
      const a = fromBits(Math.floor(random() * 0x7f000000));
      // Mostly exponents whose result can be written.
      pairs.push(
        [a, Math.fround(((random() - 0.5) * 260) / Math.abs(Math.log2(a) || 1))],
        [Math.fround(0.5 + random()), Math.fround((random() - 0.5) * 400)],
      );
    }
    const worst = worstOf(ops.get("power") as Op, pairs, flushed);
    if (process.env["WEFT_SHOW_ERRORS"]) console.log("power", worst);
    expect(worst.units, JSON.stringify(worst)).lessThan(4);
  });

  it("tanh, erf and sigmoid stay within their bounds", () => {
    const k = jsLanes(true);
    for (const name of ["tanh", "erf", "sigmoid"]) {
      for (let i = 0; i < 50_000; i++) {
        const value = numberOf(ops.get(name)?.emit?.(k, [lane(8 + i / 5000)], null) as Lane);
        expect(value).within(0.999, 1);
      }
    }
  });

  it("exp, log, tanh and sigmoid know the ends", () => {
    const k = jsLanes(false);
    const at = (name: string, x: number): number => numberOf(ops.get(name)?.emit?.(k, [lane(x)], null) as Lane);
    const inf = Number.POSITIVE_INFINITY;
    expect([at("exp", -inf), at("exp", 0), at("exp", inf), at("exp", 88.7), at("exp", 89)]).deep.equal([
      0,
      1,
      inf,
      numberOf(lane(at("exp", 88.7))),
      inf,
    ]);
    expect(at("exp", 88.7)).finite;
    expect([at("log", 0), at("log", 1), at("log", inf), at("log", -1)]).deep.equal([-inf, 0, inf, Number.NaN]);
    expect([at("tanh", -inf), at("tanh", 0), at("tanh", inf)]).deep.equal([-1, 0, 1]);
    expect([at("sigmoid", -inf), at("sigmoid", 0), at("sigmoid", inf)]).deep.equal([0, 0.5, 1]);
  });
});

describe("law: lanes = scalar", () => {
  const specials = [
    0,
    -0,
    1,
    -1,
    2,
    3,
    -2,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    1e10,
    1e-40,
    5e-31,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  const covered = new Set([...cases.map(({ name }) => name), "power"]);
  for (const op of ops.values()) {
    if (!op.emit || covered.has(op.name)) continue;
    it(op.name, () => {
      const seen = new Set<string>();
      for (const { inputs, attrs } of op.samples()) {
        const dtypes = inputs.map(({ dtype }) => dtype);
        const key = dtypes.join() + JSON.stringify(attrs);
        if (seen.has(key)) continue;
        seen.add(key);
        const values = dtypes.map((dtype) =>
          dtype === "bool" ? [0, 1] : dtype === "int32" ? [0, 1, -1, 7, -12, 0x7fffffff, -0x80000000] : specials,
        );
        const all = values.reduce<number[][]>(
          (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
          [[]],
        );
        for (const row of all) {
          const lanes = row.map((value, i) => lane(value, dtypes[i]));
          // A quotient of more digits than float32 has leaves no remainder.
          if (op.name === "mod" && dtypes[0] === "float32" && Math.abs((row[0] as number) / (row[1] as number)) > 1e5)
            continue;
          const got = op.emit?.(jsLanes(false), lanes, attrs) as Lane;
          const views = row.map(
            (_, i): View => ({
              shape: [],
              dtype: dtypes[i] ?? "float32",
              data: Float64Array.of(numberOf(lanes[i] as Lane)),
            }),
          );
          const dtype = op.infer(views, attrs)[0]?.dtype ?? "float32";
          const out: View = { shape: [], dtype, data: dtype === "float32" ? new Float32Array(1) : new Int32Array(1) };
          op.reference(views, [out], attrs);
          const want = out.data[0] as number;
          expect(got.dtype).equal(dtype);
          const close =
            numberOf(got) === want ||
            (Number.isNaN(numberOf(got)) && Number.isNaN(want)) ||
            Math.abs(numberOf(got) - want) <= 1e-6 * Math.abs(want);
          if (!close)
            expect.fail(`${op.name}(${row.join(", ")}) ${JSON.stringify(attrs)} is ${numberOf(got)}, scalar ${want}`);
        }
      }
    });
  }
});

describe("bits of float32", () => {
  it("go there and back", () => expect(fromBits(toBits(1.5))).equal(1.5));
});
