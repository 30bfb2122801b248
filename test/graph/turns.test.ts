// Long work in pieces: the same result and errors, with the event loop alive in between.

import { expect } from "chai";
import { atOnce, inTurns, nextTurn, type Work } from "../../lib/graph/turns.js";

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function* pieces(count: number, log: string[]): Work<number> {
  for (let i = 0; i < count; i++) {
    busy(3);
    log.push("piece");
    yield;
  }
  return count;
}

describe("work in turns", () => {
  it("gives timers their turn between pieces; at once, none comes in between", async () => {
    const log: string[] = [];
    const timer = setInterval(() => log.push("timer"), 1);
    const result = await inTurns(pieces(20, log));
    clearInterval(timer);
    expect(result).to.equal(20);
    expect(log.slice(0, log.lastIndexOf("piece"))).to.include("timer");
    const second: string[] = [];
    expect(atOnce(pieces(3, second))).to.equal(3);
    expect(second).to.deep.equal(["piece", "piece", "piece"]);
  });

  it("passes errors on", async () => {
    const failing = function* (): Work<void> {
      yield;
      throw new RangeError("no");
    };
    expect(() => atOnce(failing())).to.throw(RangeError, "no");
    expect(await inTurns(failing()).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
  });

  it("lets several works go on together, sharing the turns", async () => {
    const log: string[] = [];
    const mark = function* (name: string): Work<void> {
      for (let i = 0; i < 6; i++) {
        busy(9);
        log.push(name);
        yield;
      }
    };
    await Promise.all([inTurns(mark("a")), inTurns(mark("b"))]);
    expect(log.indexOf("b")).to.be.lessThan(log.lastIndexOf("a"));
    expect(nextTurn()).to.equal(nextTurn());
  });
});
