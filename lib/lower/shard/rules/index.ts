// What each op does with tensors in pieces. An op without a rule needs whole inputs.

import type { Op } from "../../../graph/op.js";
import type { ShardRule } from "../sharded.js";
import { concatenateRule } from "./concatenate.js";
import { dotRule } from "./dot.js";
import { elementwiseRule } from "./elementwise.js";
import { gatherRule } from "./gather.js";
import { reduceSumRule } from "./reduceSum.js";
import { reshapeRule } from "./reshape.js";
import { scatterAddRule } from "./scatterAdd.js";
import { sliceRule } from "./slice.js";
import { transposeRule } from "./transpose.js";

const rules: ReadonlyMap<string, ShardRule> = new Map(
  Object.entries({
    concatenate: concatenateRule,
    dot: dotRule,
    gather: gatherRule,
    reduceSum: reduceSumRule,
    reshape: reshapeRule,
    scatterAdd: scatterAddRule,
    slice: sliceRule,
    transpose: transposeRule,
  }),
);

export const ruleOf = (op: Op): ShardRule | undefined =>
  op.kind === "elementwise" ? elementwiseRule : rules.get(op.name);
