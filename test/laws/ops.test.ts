// Laws 1 and 2, for every op.

import { expect } from "chai";
import { allOps } from "../../lib/catalog/ops/index.js";
import type { Op } from "../../lib/graph/op.js";
import { checkOp } from "./opLaw.js";

describe("law: shape rule = reference's shape, gradient rule = differences", () => {
  it("names are unique", () => {
    const names = allOps.map((op) => op.name);
    expect(names).deep.equal([...new Set(names)]);
  });

  for (const op of allOps as unknown as readonly Op[]) it(op.name, () => checkOp(op));
});
