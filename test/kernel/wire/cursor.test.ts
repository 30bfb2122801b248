// Cursors: code points on the wire, UTF-16 units here.

import { expect } from "chai";
import * as fc from "fast-check";
import { toCodePoints, toUnits } from "../../../kernel/wire/cursor.js";

describe("wire: cursors", () => {
  it("count code points there and UTF-16 units here", () => {
    const text = "a\u{1f600}b";
    expect([0, 1, 2, 3].map((at) => toUnits(text, at))).to.deep.equal([0, 1, 3, 4]);
    expect([0, 1, 3, 4].map((at) => toCodePoints(text, at))).to.deep.equal([0, 1, 2, 3]);
    // Beyond the ends.
    expect([-3, 99, Number.POSITIVE_INFINITY, Number.NaN].map((at) => toUnits(text, at))).to.deep.equal([0, 4, 4, 0]);
    expect(toCodePoints(text, 99)).to.equal(3);
  });

  it("come back as they went, as Array.from counts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, n) => {
        const points = Array.from(text);
        const at = n % (points.length + 1);
        const units = toUnits(text, at);
        expect(units).to.equal(points.slice(0, at).join("").length);
        expect(toCodePoints(text, units)).to.equal(at);
      }),
    );
  });
});
