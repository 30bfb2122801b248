// Errors' lines and names: whose line an error shows, and which known name it takes a misspelt one for.

import { expect } from "chai";
import { nearestName } from "../../lib/graph/errors.js";
import {
  conv1d,
  dense,
  input,
  Layer,
  maxPooling2d,
  model,
  ops,
  type ShapeError,
  type Tensor,
} from "../../lib/index.js";

/** What `run` throws. */
function thrownBy(run: () => unknown): ShapeError {
  try {
    run();
  } catch (error) {
    return error as ShapeError;
  }
  throw new Error("nothing was thrown");
}

/** `depth` models, each of which calls the next; the last can't take fewer than five steps. */
function nestedModels(depth: number): (x: Tensor) => Tensor {
  const x = input([null, 2]);
  const inner = depth === 0 ? conv1d(3, 5) : nestedModels(depth - 1);
  return model({ inputs: x, outputs: inner(x) as Tensor }) as unknown as (x: Tensor) => Tensor;
}

class Shortened extends Layer {
  override call(x: Tensor): Tensor {
    return [3].map((width) => ops.reshape(x, [width]))[0] as Tensor;
  }
}

describe("the user's line in an error", () => {
  const limit = Error.stackTraceLimit;
  afterEach(() => {
    Error.stackTraceLimit = limit;
  });

  // Ten frames are what the engine keeps by itself; mocha asks for all.
  for (const frames of [10, 0]) {
    it(`is found below many calls of models where stacks hold ${frames} frames, and they go on doing so`, () => {
      const call = nestedModels(12);
      Error.stackTraceLimit = frames;
      const error = thrownBy(() => call(input([3, 2])));
      expect(error.name).to.equal("ShapeError");
      expect(error.where).to.match(/errors\.test\.[jt]s:\d+$/);
      expect(error.message).to.contain(`\n  at ${error.where}`);
      expect(Error.stackTraceLimit).to.equal(frames);
    });
  }

  it("is the one inside of a custom layer's call", () => {
    const layer = new Shortened() as unknown as (x: Tensor) => Tensor;
    Error.stackTraceLimit = 1;
    expect(thrownBy(() => layer(input([2, 2]))).where).to.match(/errors\.test\.[jt]s:\d+$/);
  });
});

describe("the nearest name", () => {
  const known = [
    "relu",
    "relu6",
    "selu",
    "gelu",
    "elu",
    "softmax",
    "softplus",
    "sigmoid",
    "tanh",
    "linear",
    "mse",
    "MSE",
  ];

  it("is found past swapped, missing, doubled and wrong letters", () => {
    for (const [written, meant] of [
      ["rleu", "relu"],
      ["reul", "relu"],
      ["tahn", "tanh"],
      ["sfotmax", "softmax"],
      ["sotfmxa", "softmax"],
      ["sigmod", "sigmoid"],
      ["sigmooid", "sigmoid"],
      ["lineur", "linear"],
      ["Tanh", "tanh"],
      ["MES", "MSE"],
      ["ReLU6", "relu6"],
    ] as const) {
      expect(nearestName(written, known), written).to.equal(meant);
    }
  });

  it("is none where nothing is near", () => {
    for (const written of ["conv", "x", "attention"]) expect(nearestName(written, known), written).to.equal(undefined);
  });
});

describe("an error of a call with unknown sizes", () => {
  it("says which size is unknown, not a number nobody wrote", () => {
    expect(thrownBy(() => ops.add(input([4]), input([3]))).problem).to.equal(
      "add can't combine shapes [batch, 4] and [batch, 3]",
    );
    expect(thrownBy(() => ops.reshape(input([4]), [3, -1])).problem).to.equal(
      "reshape can't turn [batch, 4] (? elements) into [3, -1]",
    );
    expect(thrownBy(() => new Shortened()(input([null, 4]))).problem).to.equal(
      "reshape can't turn [batch, ?, 4] (? elements) into [3]",
    );
  });

  it("keeps the numbers where all sizes are known", () => {
    const x = ops.broadcastTo(0, [2, 4]);
    expect(thrownBy(() => ops.reshape(x, [3])).problem).to.equal("reshape can't turn [2, 4] (8 elements) into [3]");
  });
});

describe("an argument written among the options", () => {
  const dense3 = { units: 3 } as unknown as number;
  const pool2 = { poolSize: 2 } as unknown as number;
  it("is told to stand in front of them", () => {
    const error = thrownBy(() => dense(dense3));
    expect(error.problem).to.match(/units must be a whole number from 1 on, received {"units":3}$/);
    expect(error.hint).to.equal("units is an argument of its own, in front of the options");
    expect(thrownBy(() => maxPooling2d(pool2)).hint).to.equal(
      "poolSize is an argument of its own, in front of the options",
    );
  });
});
