// Random numbers: the moments and independence of their distributions, and that pieces agree with the whole.

import { expect } from "chai";
import { randomBernoulli, randomNormal, randomUniform, truncatedNormal } from "../../lib/catalog/ops/index.js";
import { randomUniformOp } from "../../lib/catalog/ops/random.js";
import { apply, scalar } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { numbers } from "./values.js";

const count = 40_000;

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
const moment = (list: readonly number[], order: number): number => mean(list.map((x) => (x - mean1(list)) ** order));
const means = new WeakMap<readonly number[], number>();
const mean1 = (list: readonly number[]): number => {
  if (!means.has(list)) means.set(list, mean(list));
  return means.get(list) as number;
};
const correlation = (a: readonly number[], b: readonly number[]): number =>
  mean(a.map((x, i) => (x - mean1(a)) * ((b[i] as number) - mean1(b)))) / Math.sqrt(moment(a, 2) * moment(b, 2));

describe("random numbers", () => {
  it("are even: chi-square over 256 cells, and over pairs", () => {
    for (const seed of [0, 1, 2, 12345, 0xffffffff]) {
      const list = numbers(randomUniform([count], { seed }));
      expect(Math.min(...list)).least(0);
      expect(Math.max(...list)).below(1);
      const cells = (index: (i: number) => number): number => {
        const hits = new Array<number>(256).fill(0);
        for (let i = 0; i < count - 1; i++) hits[index(i)] = (hits[index(i)] as number) + 1;
        return hits.reduce((sum, hit) => sum + (hit - count / 256) ** 2 / (count / 256), 0);
      };
      // 255 degrees of freedom: mean 255, deviation 22.6.
      expect(
        cells((i) => Math.floor((list[i] as number) * 256)),
        `seed ${seed}`,
      ).within(165, 370);
      expect(cells((i) => Math.floor((list[i] as number) * 16) * 16 + Math.floor((list[i + 1] as number) * 16))).within(
        165,
        370,
      );
      // The low bits as well.
      expect(cells((i) => ((list[i] as number) * 2 ** 24) & 255)).within(165, 370);
    }
  });

  it("of other seeds, steps and places have nothing to do with each other", () => {
    const step = (value: number): Tensor => scalar(value, "int32");
    const base = numbers(randomUniform([count], { seed: 1, step: step(1) }));
    for (const other of [
      numbers(randomUniform([count], { seed: 2, step: step(1) })),
      numbers(randomUniform([count], { seed: 1, step: step(2) })),
      numbers(randomUniform([count], { seed: 1, step: step(1), offset: 1 })),
      numbers(randomUniform([count], { seed: 1, step: step(1), offset: 64 })),
    ]) {
      expect(Math.abs(correlation(base, other))).below(4 / Math.sqrt(count));
    }
    const first = Array.from(
      { length: 2000 },
      (_, i) => numbers(randomUniform([1], { seed: 1, step: step(i) }))[0] as number,
    );
    expect(mean(first)).within(0.48, 0.52);
    expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).below(4 / Math.sqrt(2000));
  });

  it("change about half of their bits with any bit of the counter", () => {
    const at = placeholder([512], "int32", "counter");
    const out = apply(randomUniformOp, [at, scalar(3, "int32")], { seed: 5, stream: 0 });
    const bits = (data: Int32Array): number[] =>
      [
        ...(evaluateReference([out], new Map([[at, { shape: [512], dtype: "int32", data } as View]]))[0] as View).data,
      ].map((x) => x * 2 ** 24);
    const counters = Int32Array.from({ length: 512 }, (_, i) => i * 97);
    const base = bits(counters);
    for (let bit = 0; bit < 32; bit++) {
      const turned = bits(counters.map((x) => x ^ (1 << bit)));
      let changed = 0;
      turned.forEach((x, i) => {
        for (let rest = x ^ (base[i] as number); rest; rest &= rest - 1) changed++;
      });
      expect(changed / 512, `bit ${bit}`).within(11.4, 12.6);
    }
  });

  it("come out the same in pieces", () => {
    for (const make of [randomUniform, randomNormal, truncatedNormal]) {
      const whole = numbers(make([6, 5], { seed: 9 }));
      const pieces = [...numbers(make([2, 5], { seed: 9 })), ...numbers(make([4, 5], { seed: 9, offset: 10 }))];
      expect(pieces).deep.equal(whole);
    }
  });

  it("follow a step that is fed", () => {
    const step = placeholder([], "int32", "step");
    const at = (value: number): number[] =>
      numbers(
        randomUniform([4], { seed: 1, step }),
        new Map([[step, { shape: [], dtype: "int32", data: Int32Array.of(value) }]]),
      );
    expect(at(1)).deep.equal(at(1));
    expect(at(1)).not.deep.equal(at(2));
  });

  it("are normal: moments and tails", () => {
    const list = numbers(randomNormal([count], { seed: 3, mean: 1, stddev: 2 })).map((x) => (x - 1) / 2);
    expect(mean(list)).within(-0.02, 0.02);
    expect(moment(list, 2)).within(0.97, 1.03);
    expect(moment(list, 3)).within(-0.06, 0.06);
    expect(moment(list, 4)).within(2.85, 3.15);
    const beyond = (limit: number): number => list.filter((x) => Math.abs(x) > limit).length / count;
    expect(beyond(1)).within(0.307, 0.327);
    expect(beyond(2)).within(0.042, 0.049);
    expect(beyond(3)).within(0.0018, 0.0036);
    expect(Math.abs(correlation(list.slice(1), list.slice(0, -1)))).below(4 / Math.sqrt(count));
  });

  it("are normal within two deviations", () => {
    const list = numbers(truncatedNormal([count], { seed: 4 }));
    expect(Math.max(...list.map(Math.abs))).most(2.000001);
    expect(mean(list)).within(-0.02, 0.02);
    // The deviation of a normal distribution cut at two is 0.8796.
    expect(Math.sqrt(moment(list, 2))).within(0.87, 0.889);
    expect(list.filter((x) => Math.abs(x) < 1).length / count).within(0.705, 0.725);
  });

  it("are true as often as asked", () => {
    for (const probability of [0, 0.1, 0.75, 1]) {
      expect(mean(numbers(randomBernoulli([count], { seed: 6, probability })))).within(
        probability - 0.01,
        probability + 0.01,
      );
    }
  });
});
