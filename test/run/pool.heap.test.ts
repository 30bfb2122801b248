import { expect } from "chai";
import fc from "fast-check";
import { type Block, Heap } from "../../lib/run/wasm/heap.js";
import { FreeRanges } from "../../lib/run/wasm/ranges.js";

const mebibyte = 2 ** 20;

describe("free ranges", () => {
  it("join their neighbours again", () => {
    const ranges = new FreeRanges();
    ranges.give(64, 64 * 11);
    const starts = Array.from({ length: 10 }, () => ranges.take(64)!);
    expect(ranges.fits(64)).to.equal(false);
    for (const start of [3, 5, 4, 0, 9, 1, 2, 8, 6, 7].map((index) => starts[index]!)) ranges.give(start, start + 64);
    expect(ranges.take(640)).to.equal(64);
  });
});

describe("heap", () => {
  it("hands out aligned blocks that never overlap and never start at 0", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ bytes: fc.nat(100_000), victim: fc.nat(), free: fc.boolean() }), { maxLength: 60 }),
        (actions) => {
          const heap = new Heap({ segmentLimitBytes: mebibyte });
          const live: Block[] = [];
          for (const { bytes, victim, free } of actions) {
            if (free && live.length > 0) heap.free(live.splice(victim % live.length, 1)[0]!);
            live.push(heap.allocate(bytes));
          }
          const sorted = live.toSorted((a, b) => a.segment - b.segment || a.byteOffset - b.byteOffset);
          sorted.forEach((block, index) => {
            expect(block.byteOffset % 64).to.equal(0);
            expect(block.byteOffset).to.be.greaterThan(0);
            expect(block.byteOffset + block.bytes).to.be.at.most(mebibyte);
            const next = sorted[index + 1];
            if (next?.segment === block.segment) expect(next.byteOffset).to.be.at.least(block.byteOffset + block.bytes);
          });
          for (const block of live) heap.free(block);
          expect(heap.usedBytes).to.equal(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("keeps large blocks from aliasing, and fills a hole with a block of its size", () => {
    const heap = new Heap();
    for (const bytes of [mebibyte, mebibyte - 9 * 64, mebibyte + 640]) {
      const [a, b, c] = [heap.allocate(bytes), heap.allocate(bytes), heap.allocate(bytes)];
      const lines = (from: Block, to: Block): number => (((to.byteOffset - from.byteOffset) % 4096) + 4096) / 64;
      expect(lines(a, b) % 2, String(bytes)).to.equal(1);
      expect(lines(b, c) % 2, String(bytes)).to.equal(1);
      heap.free(b);
      expect(heap.allocate(bytes).byteOffset).to.equal(b.byteOffset);
    }
  });

  it("adds a segment when one is full, and says so when a given one is", () => {
    const heap = new Heap({ segmentLimitBytes: mebibyte });
    const blocks = Array.from({ length: 3 }, () => heap.allocate(600_000));
    expect(blocks.map((block) => block.segment)).to.deep.equal([0, 1, 2]);
    expect(() => heap.allocate(600_000, { segment: 1 })).to.throw(/no room for 600000 bytes in segment 1/);
    expect(() => heap.allocate(2 * mebibyte)).to.throw(/exceeds a segment/);
    expect(heap.allocate(1000, { segment: 1 }).segment).to.equal(1);
  });

  it("keeps views valid while it grows", () => {
    const heap = new Heap();
    const block = heap.allocate(40);
    const view = heap.float32(block);
    view.fill(3);
    heap.allocate(200 * mebibyte);
    view[1] = 4;
    expect(Array.from(heap.float32(block).subarray(0, 3))).to.deep.equal([3, 4, 3]);
  });

  it("zeroes recycled memory on request", () => {
    const heap = new Heap();
    const block = heap.allocate(1000);
    heap.bytes(block).fill(255);
    heap.free(block);
    const again = heap.allocate(4000, { zero: true });
    expect(again.byteOffset).to.equal(block.byteOffset);
    expect(heap.bytes(again).every((byte) => byte === 0)).to.equal(true);
  });

  it("reserves gigabytes without touching them", () => {
    const heap = new Heap();
    const before = process.memoryUsage.rss();
    const big = heap.allocate(3 * 2 ** 30, { zero: true });
    const after = heap.allocate(64, { segment: 0 });
    expect(after.byteOffset).to.be.greaterThan(3 * 2 ** 30);
    expect(heap.reservedBytes).to.be.greaterThan(3 * 2 ** 30);
    expect(process.memoryUsage.rss() - before).to.be.lessThan(256 * mebibyte);
    expect(heap.allocate(2 ** 30 + mebibyte).segment).to.equal(1);
    heap.free(big);
  });

  it("refuses to free a block twice", () => {
    const heap = new Heap();
    const block = heap.allocate(10);
    heap.free(block);
    expect(() => heap.free(block)).to.throw(/freed already/);
  });

  it("frees the blocks of garbage", async () => {
    const heap = new Heap();
    const make = (): void => {
      const block = heap.allocate(100 * mebibyte);
      heap.releaseWhenCollected({ owner: true }, [block, heap.allocate(100)]);
    };
    make();
    const kept = { owner: true };
    heap.releaseWhenCollected(kept, [heap.allocate(640)]);
    expect(heap.needsReclaim(1000)).to.equal(false);
    expect(heap.needsReclaim(100 * mebibyte)).to.equal(true);
    await heap.reclaim();
    expect(heap.usedBytes).to.equal(640);
    expect(heap.needsReclaim(200 * mebibyte)).to.equal(false);
    expect(kept.owner).to.equal(true);
  });
});
