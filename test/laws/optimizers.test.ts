// The law of optimizers: every registered one goes downhill on a bowl, and what its config says walks the same way.

import { expect } from "chai";
import { zeros } from "../../lib/catalog/initializers/index.js";
import { multiply, subtract } from "../../lib/catalog/ops/index.js";
import { type Optimizer, optimizers } from "../../lib/catalog/optimizers/index.js";
import { constant } from "../../lib/graph/call.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import { Weight } from "../../lib/graph/weight.js";
import { forEachItem, type Kind } from "./items.js";
import { randomView } from "./numbers.js";

const steps = 40;

/** A bowl: half the sum of slope · (weight - centre)². */
interface Bowl {
  readonly weight: Weight;
  readonly centre: Tensor;
  readonly slope: Tensor;
}

const bowl = (shape: readonly number[], seed: number): Bowl => ({
  weight: new Weight({ name: `w${seed}`, shape, initializer: zeros() }),
  centre: constant(randomView({ shape, dtype: "float32" }, seed, 64, [1, 3])),
  slope: constant(randomView({ shape, dtype: "float32" }, seed + 9, 64, [0.5, 2])),
});

const gradientOf = ({ weight, centre, slope }: Bowl): Tensor => multiply(slope, subtract(weight.tensor, centre));

describe("law: an optimizer goes downhill", () => {
  const kind: Kind<Optimizer> = {
    registry: optimizers,
    classOf: ({ className }) => className,
    samples: {
      // Rates are numbers that float32 holds.
      SGD: [{ learning_rate: 1 / 16 }, { learning_rate: 1 / 64, momentum: 0.5, nesterov: true, clipnorm: 1 }],
      Adam: [{ learning_rate: 1 / 32 }, { learning_rate: 1 / 32, amsgrad: true, use_ema: true, ema_momentum: 0.5 }],
      AdamW: [{ learning_rate: 1 / 32, weight_decay: 0.01 }],
      RMSprop: [{ learning_rate: 1 / 64 }, { learning_rate: 1 / 64, centered: true, momentum: 0.3 }],
      Adagrad: [{ learning_rate: 1 / 4 }],
      Adadelta: [{ learning_rate: 16 }],
      Adamax: [{ learning_rate: 1 / 32 }],
      Nadam: [{ learning_rate: 1 / 32 }],
      Lion: [{ learning_rate: 1 / 32 }],
      Ftrl: [{ learning_rate: 1 / 2 }],
      Adafactor: [{ learning_rate: 1 / 16 }],
      Lamb: [{ learning_rate: 1 / 32 }],
    },
  };
  forEachItem(kind, (optimizer) => {
    const bowls = [bowl([3], 1), bowl([4, 5], 2)];
    const weights = bowls.map(({ weight }) => weight);
    optimizer.build(weights);
    const held = new Map<Tensor, View>();
    for (const { tensor, initializer, shape, dtype } of [...weights, ...optimizer.variables])
      held.set(tensor, evaluateReference([initializer.build(shape, dtype, 0)], new Map(), 64)[0] as View);
    // Lamb goes by the length of the weights, and would stay at 0.
    for (const { tensor, shape } of weights)
      held.set(tensor, randomView({ shape, dtype: "float32" }, 7, 64, [-0.5, 0.5]));
    const height = (): number =>
      bowls.reduce((sum, own) => {
        const [at, centre, slope] = evaluateReference([own.weight.tensor, own.centre, own.slope], held, 64).map(
          ({ data }) => data,
        );
        return (
          sum +
          [...(at as Float64Array)].reduce(
            (all, x, i) => all + 0.5 * (slope?.[i] as number) * (x - (centre?.[i] as number)) ** 2,
            0,
          )
        );
      }, 0);
    const updates = optimizer.apply(
      bowls.map((own) => ({ weight: own.weight, value: own.weight.tensor, grad: gradientOf(own) })),
    );
    const heights = [height()];
    for (let step = 0; step < steps; step++) {
      const values = evaluateReference([...updates.values()], held, 64);
      [...updates.keys()].forEach((weight, i) => held.set(weight.tensor, values[i] as View));
      heights.push(height());
    }
    // Every step down: the bowl is wide and the steps are small.
    heights.slice(1).forEach((now, i) => {
      expect(now, `${optimizer} at step ${i + 1}`).lessThan(heights[i] as number);
    });
    expect(heights.at(-1), `${optimizer}`).lessThan(0.7 * (heights[0] as number));
    return [heights, ...weights.map(({ tensor }) => (held.get(tensor) as View).data)];
  });
});
