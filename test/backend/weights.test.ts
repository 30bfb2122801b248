// Where weights are kept: large ones in shards, over as many segments as they need.

import { expect } from "chai";
import { shardsOf, WeightStore } from "../../lib/backend/weights.js";
import { Weight } from "../../lib/graph/weight.js";
import "../../lib/index.js"; // the initializers by name
import { Heap } from "../../lib/run/wasm/heap.js";

const gibibyte = 2 ** 30;

/** 1 GiB of numbers, of which nothing takes memory here. */
const large = (beside: Weight | null = null): Weight =>
  new Weight({ name: "kernel", shape: [2 ** 22, 64], initializer: "zeros", beside });

/** Bytes of the weight and its two slots by segment. */
function bytesBySegment(store: WeightStore, weight: Weight): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const rows of shardsOf(weight) ?? []) {
    const segment = store.segmentOf(weight, rows);
    bytes.set(segment, (bytes.get(segment) ?? 0) + 3 * rows.count * 64 * 4);
  }
  return bytes;
}

describe("weight store", () => {
  it("keeps the shards of an optimizer's slots in the segments of their weight's", () => {
    const store = new WeightStore(new Heap());
    const weight = large();
    const slot = large(weight);
    const shards = shardsOf(weight) ?? [];
    expect(shards.length).to.be.greaterThan(10);
    for (const rows of shards) expect(store.segmentOf(slot, rows)).to.equal(store.segmentOf(weight, rows));
  });

  it("gives weights of one shape segments of their own, as several models have them", () => {
    const store = new WeightStore(new Heap());
    const total = new Map<number, number>();
    for (const weight of [large(), large(), large()]) {
      for (const [segment, bytes] of bytesBySegment(store, weight))
        total.set(segment, (total.get(segment) ?? 0) + bytes);
    }
    expect([...total.values()].reduce((sum, bytes) => sum + bytes)).to.equal(9 * gibibyte);
    expect(Math.max(...total.values())).to.be.at.most(3 * gibibyte);
  });

  it("leaves room for all slots that an optimizer keeps", () => {
    const store = new WeightStore(new Heap());
    const weight = large();
    for (let slot = 0; slot < 4; slot++) large(weight);
    // With two slots the weight would fill one segment, and nothing else would find room there.
    expect([...bytesBySegment(store, weight).keys()]).to.deep.equal([1, 2]);
  });

  it("uses the segments of weights that are gone again", async () => {
    const heap = new Heap();
    const store = new WeightStore(heap);
    // In a function of its own: what waits would keep the weight.
    const segmentsOfOne = (): number[] => [...bytesBySegment(store, large()).keys()];
    const first = segmentsOfOne();
    await heap.reclaim();
    expect(segmentsOfOne()).to.deep.equal(first);
  });
});
