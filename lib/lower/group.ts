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
  const use = yield* usesOf(calls, roots);
  const groupOf = yield* homes(calls, use, alone);
  const merger = new Merger(groupOf);
  yield* merger.ancestry.record([...new Set(groupOf.values())].sort((a, b) => lastId(a) - lastId(b)));
  yield* joinProducers(calls, merger, alone);
  yield* joinPieces(calls, merger);
  yield* joinReductions(calls, groupOf, use);
  const groups = [...new Set(calls.map((call) => groupOf.get(call) as Group))];
  for (const made of groups) made.calls.sort((a, b) => a.id - b.id);
  return { groups, groupOf: (call) => groupOf.get(call), usersOf: (tensor) => use.users.get(tensor) ?? [] };
}

/** Who reads what. */
interface Use {
  readonly users: ReadonlyMap<Tensor, readonly Call[]>;
  /** Read through views, so in need of memory. */
  readonly throughView: ReadonlySet<Tensor>;
  readonly roots: ReadonlySet<Tensor>;
}

function* usesOf(calls: readonly Call[], roots: readonly Tensor[]): Work<Use> {
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
  return { users, throughView, roots: new Set(roots.map((root) => baseOf(root))) };
}

/** Backwards: a call whose users all sit in one group of its own shape moves in with them; it needs no memory then. */
function* homes(calls: readonly Call[], use: Use, alone: ReadonlySet<Call>): Work<Map<Call, Group>> {
  const groupOf = new Map<Call, Group>();
  for (const call of [...calls].reverse()) {
    const home = isElementwise(call) && !alone.has(call) ? homeOf(call, use, groupOf, alone) : undefined;
    if (home) home.calls.push(call);
    groupOf.set(call, home ?? makeGroup(call));
    yield;
  }
  return groupOf;
}

function makeGroup(call: Call): Group {
  const anchor = isElementwise(call) ? null : call;
  return { id: call.id, calls: [call], anchor, prologue: [], space: outputShape(call) };
}

function homeOf(
  call: Call,
  { users, throughView, roots }: Use,
  groupOf: ReadonlyMap<Call, Group>,
  alone: ReadonlySet<Call>,
): Group | undefined {
  const output = call.outputs[0] as Tensor;
  const consumers = users.get(output) ?? [];
  const [home, ...others] = new Set(consumers.map((consumer) => groupOf.get(consumer) as Group));
  const joins =
    home &&
    others.length === 0 &&
    !home.anchor &&
    !consumers.some((consumer) => alone.has(consumer)) &&
    !roots.has(output) &&
    !throughView.has(output) &&
    shapesEqual(home.space, outputShape(call)) &&
    home.calls.length < largestGroup;
  return joins ? home : undefined;
}

/** Puts two groups together where that closes no circle. */
class Merger {
  readonly groupOf: Map<Call, Group>;
  readonly ancestry: Ancestry<Group>;

  constructor(groupOf: Map<Call, Group>) {
    this.groupOf = groupOf;
    this.ancestry = new Ancestry<Group>((input) => groupOf.get(baseOf(input).call));
  }

  merge(into: Group, from: Group): void {
    if (!canJoin(into, from) || this.#reads(into, from) || this.#reads(from, into)) return;
    if (this.ancestry.detour(into, from)) return;
    into.calls.push(...from.calls);
    for (const call of from.calls) this.groupOf.set(call, into);
    if (from.anchor) into.anchor = from.anchor;
    this.ancestry.merge(into, from);
  }

  /** What one kernel computes can't be read by it from memory: by the product that the rest rides on, or through a view. */
  #reads(own: Group, other: Group): boolean {
    for (const call of own.calls)
      for (const input of call.inputs) {
        const base = baseOf(input);
        if (this.groupOf.get(base.call) === other && (call === own.anchor || base !== originalOf(input))) return true;
      }
    return false;
  }
}

/** Forwards: a group moves in with those that make its inputs. */
function* joinProducers(calls: readonly Call[], merger: Merger, alone: ReadonlySet<Call>): Work<void> {
  const { groupOf } = merger;
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
      if (producer !== current && !producer.calls.some((member) => alone.has(member))) merger.merge(producer, current);
    }
    yield;
  }
}

/** Pieces of one tensor are often made of the same values: they are written in one go. */
function* joinPieces(calls: readonly Call[], merger: Merger): Work<void> {
  const { groupOf } = merger;
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
        if (!separate) merger.merge(first, second);
      }
      yield;
    }
  }
}

/** An elementwise group that only feeds one reduction is computed while reducing. */
function* joinReductions(calls: readonly Call[], groupOf: Map<Call, Group>, use: Use): Work<void> {
  const { users, throughView, roots } = use;
  for (const call of calls) {
    if (call.op?.kind !== "reduce") continue;
    const input = originalOf(call.inputs[0] as Tensor);
    const feeder = groupOf.get(input.call);
    const own = groupOf.get(call) as Group;
    if (!feeder || feeder === own || feeder.anchor || roots.has(input) || !shapesEqual(feeder.space, input.shape))
      continue;
    const members = new Set(feeder.calls);
    const leaks = feeder.calls.some((member) => {
      const output = member.outputs[0] as Tensor;
      return roots.has(output) || (users.get(output) ?? []).some((user) => !members.has(user) && user !== call);
    });
    if (leaks || throughView.has(input)) continue;
    own.prologue = feeder.calls.sort((a, b) => a.id - b.id);
    for (const member of feeder.calls) groupOf.set(member, own);
    feeder.calls = [];
    yield;
  }
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
