// Orthogonal matrices: what they are, and that a thread of their own makes the very same ones.

import { expect } from "chai";
import { Orthogonal } from "../../lib/catalog/initializers/orthogonal.js";
import {
  type OrthonormalRequest,
  orthonormal,
  orthonormalElsewhere,
} from "../../lib/catalog/initializers/orthonormal.js";
import { ShapeError } from "../../lib/graph/errors.js";

const request = (rows: number, columns: number, seed = 5, gain = 1): OrthonormalRequest => ({
  rows,
  columns,
  seed,
  gain,
});

describe("orthogonal initializer", () => {
  it("makes rows or columns, whichever are fewer, orthogonal and as long as the gain", () => {
    for (const [rows, columns] of [
      [12, 40],
      [40, 12],
      [9, 9],
    ] as const) {
      const data = orthonormal(request(rows, columns, 3, 2));
      const short = Math.min(rows, columns);
      const vector = (i: number): number[] =>
        rows >= columns
          ? Array.from({ length: rows }, (_, j) => data[j * columns + i] as number)
          : [...data.subarray(i * columns, (i + 1) * columns)];
      for (let i = 0; i < short; i++) {
        for (let j = 0; j <= i; j++) {
          const dot = vector(i).reduce((sum, value, k) => sum + value * (vector(j)[k] as number), 0);
          expect(dot).to.be.closeTo(i === j ? 4 : 0, 1e-5);
        }
      }
    }
  });

  it("gives the same bits on a thread of its own, for any number of requests", async () => {
    const requests = [request(96, 128), request(8, 8), request(128, 96, 9), request(96, 128, 6)];
    const made = await Promise.all(requests.map(orthonormalElsewhere));
    for (const [i, wanted] of requests.entries()) expect(made[i]).to.deep.equal(orthonormal(wanted));
    // The thread has ended; another one answers.
    expect(await orthonormalElsewhere(requests[0] as OrthonormalRequest)).to.deep.equal(made[0]);
  });

  it("leaves the event loop alive while it makes a large matrix", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await new Orthogonal({ seed: 1 }).numbers([128, 512], 0);
    clearInterval(timer);
    expect(turns).to.be.greaterThan(3);
  });

  it("wants matrices, either way", async () => {
    const initializer = new Orthogonal();
    expect(() => initializer.build([4], "float32", 0)).to.throw(ShapeError, "received a weight [4]");
    const failure = await initializer.numbers([4], 0).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ShapeError);
  });
});
