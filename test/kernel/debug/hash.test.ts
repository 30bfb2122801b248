import { expect } from "chai";
import { murmur2 } from "../../../kernel/debug/hash.js";

describe("debug: names of cells", () => {
  // Numbers that ipykernel makes of these, with the same seed.
  const known: Readonly<Record<string, number>> = {
    "": 3990065800,
    a: 2167009006,
    ab: 2805137849,
    abc: 3350977461,
    abcd: 804720481,
    "const x = 1;\nx + 1": 2374132807,
    "grüße 🦊\nzwei": 1913611064,
  };
  for (const [text, hash] of Object.entries(known))
    it(`are other kernels' for ${JSON.stringify(text)}`, () => expect(murmur2(text, 0xc70f6907)).to.equal(hash));
});
