import { expect } from "chai";

describe("golden fixtures", () => {
  it("are read", () => {
    expect(1 + 1).to.equal(2);
  });
});
