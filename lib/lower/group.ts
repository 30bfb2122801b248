// Which elementwise calls run together, and on which product or reduction they ride. Works on a normalized graph; nothing is
// rewritten here, calls are only put into groups.

import { callsOf } from "../graph/network.js";
import { shapesEqual } from "../graph/shape.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import { Ancestry } from "./ancestry.js";
import { baseOf } from "./normalize.js";
import { backgroundOf } from "./place.js";

/** Calls that become one kernel (or, for an opaque anchor, a fixed series of kernels). */
export interface Group {
  readonly id: number;
  /** In creation order. Elementwise ones, after the anchor if there is one. */
  calls: Call[];
  /** The product, reduction, loop or opaque op in it. */
  anchor: Call | null;
  /** The elementwise calls in front of a reduction. */
  prologue: Call[];
  /** Shape over which the elementwise calls run. */
  readonly space: readonly number[];
}

/** Kernels of more calls than this take longer to compile than they save. */
const largestGroup = 96;

export interface Grouping {
  /** In creation order of their first call. */
  readonly groups: readonly Group[];
  groupOf(call: Call): Group | undefined;
  /** Calls that read the memory of `tensor`, directly or through views. */
  usersOf(tensor: Tensor): readonly Call[];
}

const isElementwise = (call: Call): boolean => call.op?.kind === "elementwise";
const outputShape = (call: Call): readonly number[] => (call.outputs[0] as Tensor).shape as readonly number[];

/** Groups everything that `roots` need; `roots` must be visible in memory. Calls in `alone` share a group with no one. */
export function* group(
  roots: readonly Tensor[],
  leaves: ReadonlySet<Tensor>,
  alone: ReadonlySet<Call> = new Set(),
): Work<Grouping> {
  const calls = callsOf(roots, leaves).filter((call) => call.op && call.op.kind !== "view");
  const users = new Map<Tensor, Call[]>();
  const throughView = new Set<Tensor>();
  for (const call of calls) {
    for (const input of new Set(call.inputs.map(originalOf))) {
      const base = baseOf(input);
      const known = users.get(base);
      if (known) known.push(call);
      else users.set(base, [call]);
      if (base !== input) throughView.add(base);
    }
    yield;
  }
  const rootSet = new Set(roots.map((root) => baseOf(root)));
  const groupOf = new Map<Call, Group>();
  const make = (call: Call): Group => {
    const made: Group = {
      id: call.id,
      calls: [call],
      anchor: isElementwise(call) ? null : call,
      prologue: [],
      space: outputShape(call),
    };
    groupOf.set(call, made);
    return made;
  };
  // 1. Backwards: a call whose users all sit in one group of its own shape moves in with them; it needs no memory then.
  for (const call of [...calls].reverse()) {
    const output = call.outputs[0] as Tensor;
    const consumers = users.get(output) ?? [];
    const homes = new Set(consumers.map((consumer) => groupOf.get(consumer) as Group));
    const [home] = homes;
    const joins =
      isElementwise(call) &&
      homes.size === 1 &&
      home &&
      !home.anchor &&
      !alone.has(call) &&
      !consumers.some((consumer) => alone.has(consumer)) &&
      !rootSet.has(output) &&
      !throughView.has(output) &&
      shapesEqual(home.space, outputShape(call)) &&
      home.calls.length < largestGroup;
    if (joins) {
      home.calls.push(call);
      groupOf.set(call, home);
    } else make(call);
    yield;
  }
  // 2. Forwards: a group moves in with those that make its inputs, where that closes no circle.
  const inOrder = [...new Set(groupOf.values())].sort((a, b) => lastId(a) - lastId(b));
  const ancestry = new Ancestry<Group>((input) => groupOf.get(baseOf(input).call));
  yield* ancestry.record(inOrder);
  // What one kernel computes can't be read by it from memory: by the product that the rest rides on, or through a view.
  const reads = (own: Group, other: Group): boolean =>
    own.calls.some((call) =>
      call.inputs.some((input) => {
        const base = baseOf(input);
        return groupOf.get(base.call) === other && (call === own.anchor || base !== originalOf(input));
      }),
    );
  const apart = (a: Group, b: Group): boolean => !canJoin(a, b) || reads(a, b) || reads(b, a) || ancestry.detour(a, b);
  const merge = (into: Group, from: Group): void => {
    into.calls.push(...from.calls);
    for (const call of from.calls) groupOf.set(call, into);
    if (from.anchor) into.anchor = from.anchor;
    ancestry.merge(into, from);
  };
  for (const call of calls) {
    const own = groupOf.get(call) as Group;
    if (!isElementwise(call) || alone.has(call)) continue;
    const producers = call.inputs
      .map((input) => groupOf.get(originalOf(input).call))
      .filter((producer): producer is Group => producer !== undefined && producer !== own)
      // The latest first: it is the one that nothing else in between can depend on.
      .sort((a, b) => lastId(b) - lastId(a));
    for (const producer of new Set(producers)) {
      const current = groupOf.get(call) as Group;
      if (producer === current || producer.calls.some((member) => alone.has(member))) continue;
      if (!apart(producer, current)) merge(producer, current);
    }
    yield;
  }
  // Pieces of one tensor are often made of the same values: write them in one go.
  for (const call of calls) {
    if (call.op?.name !== "assemble") continue;
    const background = backgroundOf(call);
    const makers = call.inputs.map((piece) => originalOf(piece).call).sort((a, b) => a.id - b.id);
    for (const [i, maker] of makers.entries()) {
      for (const other of makers.slice(0, i)) {
        const [first, second] = [groupOf.get(other) as Group, groupOf.get(maker) as Group];
        const separate =
          first === second ||
          first.anchor ||
          second.anchor ||
          (background !== null && [first, second].some((own) => own.calls.includes(background)));
        if (!separate && !apart(first, second)) merge(first, second);
      }
      yield;
    }
  }
  // 3. An elementwise group that only feeds one reduction is computed while reducing.
  for (const call of calls) {
    if (call.op?.kind !== "reduce") continue;
    const input = originalOf(call.inputs[0] as Tensor);
    const feeder = groupOf.get(input.call);
    const own = groupOf.get(call) as Group;
    if (!feeder || feeder === own || feeder.anchor || rootSet.has(input) || !shapesEqual(feeder.space, input.shape))
      continue;
    const members = new Set(feeder.calls);
    const leaks = feeder.calls.some((member) => {
      const output = member.outputs[0] as Tensor;
      return rootSet.has(output) || (users.get(output) ?? []).some((user) => !members.has(user) && user !== call);
    });
    if (leaks || throughView.has(input)) continue;
    own.prologue = feeder.calls.sort((a, b) => a.id - b.id);
    for (const member of feeder.calls) groupOf.set(member, own);
    feeder.calls = [];
    yield;
  }
  const groups = [...new Set(calls.map((call) => groupOf.get(call) as Group))];
  for (const made of groups) made.calls.sort((a, b) => a.id - b.id);
  return { groups, groupOf: (call) => groupOf.get(call), usersOf: (tensor) => users.get(tensor) ?? [] };
}

const lastId = (own: Group): number => own.calls.reduce((last, call) => Math.max(last, call.id), 0);

/** Anchors on which elementwise calls of the output's shape can ride. */
const carries = (own: Group): boolean =>
  own.anchor === null || own.anchor.op?.kind === "contract" || own.anchor.op?.kind === "reduce";

function canJoin(producer: Group, consumer: Group): boolean {
  return (
    carries(producer) &&
    carries(consumer) &&
    !(producer.anchor && consumer.anchor) &&
    shapesEqual(producer.space, consumer.space) &&
    producer.calls.length + consumer.calls.length <= largestGroup
  );
}
