// In which order groups run: inputs first, readers of an old value before its new one is written, and what gives memory back soon.

import { sizeOf } from "../graph/shape.js";
import type { Call, Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import type { Group, Grouping } from "./group.js";
import { baseOf } from "./normalize.js";
import { backgroundOf } from "./place.js";
import type { Root } from "./select.js";

/** Orders groups; a root that makes that impossible is returned. `overwriters` are the calls that write over old values. */
export function* schedule(
  grouping: Grouping,
  overwriters: ReadonlyMap<Call, Root>,
  indirect: ReadonlySet<Root>,
): Work<Group[] | Root> {
  const after = yield* dependants(grouping, overwriters);
  const eager = new Set([...overwriters.keys()].map((call) => grouping.groupOf(call) as Group));
  const order = yield* inOrder(grouping, after, eager);
  if (order.length === grouping.groups.length) return order;
  const done = new Set(order);
  const stuck = inCircles(new Set(grouping.groups.filter((own) => !done.has(own))), after);
  const found = [...overwriters].find(
    ([call, root]) => !indirect.has(root) && stuck.has(grouping.groupOf(call) as Group),
  );
  if (!found) throw new Error("schedule: a circle of kernels");
  return found[1];
}

type Dependants = ReadonlyMap<Group, ReadonlySet<Group>>;

/** Which groups must wait for a group. */
function* dependants(grouping: Grouping, overwriters: ReadonlyMap<Call, Root>): Work<Dependants> {
  const after = new Map<Group, Set<Group>>();
  const edge = (first: Group | undefined, second: Group): void => {
    if (!first || first === second) return;
    const known = after.get(first);
    if (known) known.add(second);
    else after.set(first, new Set([second]));
  };
  for (const own of grouping.groups) {
    for (const call of [...own.prologue, ...own.calls]) {
      for (const input of call.inputs) edge(grouping.groupOf(baseOf(input).call), own);
      // The background of an assembled tensor is written before its pieces.
      const background = call.op?.name === "assemble" ? backgroundOf(call) : null;
      if (background)
        for (const piece of call.inputs) edge(grouping.groupOf(background), grouping.groupOf(piece.call) as Group);
    }
    yield;
  }
  for (const [call, root] of overwriters) {
    const own = grouping.groupOf(call) as Group;
    for (const reader of grouping.usersOf(baseOf(root.overwrites as Tensor))) edge(grouping.groupOf(reader), own);
  }
  return after;
}

/** As many groups as there is an order for: of those that could be next, eager ones, then those that need the least memory. */
function* inOrder(grouping: Grouping, after: Dependants, eager: ReadonlySet<Group>): Work<Group[]> {
  const waiting = new Map<Group, number>();
  for (const seconds of after.values()) for (const own of seconds) waiting.set(own, (waiting.get(own) ?? 0) + 1);
  const ready = grouping.groups.filter((own) => !waiting.has(own));
  const order: Group[] = [];
  const memory = new MemoryBalance(grouping);
  const isBefore = (a: Group, b: Group): boolean => {
    if (eager.has(a) !== eager.has(b)) return eager.has(a);
    const difference = memory.growth(a) - memory.growth(b);
    return difference !== 0 ? difference < 0 : a.id < b.id;
  };
  while (ready.length > 0) {
    let best = 0;
    for (let i = 1; i < ready.length; i++) if (isBefore(ready[i] as Group, ready[best] as Group)) best = i;
    const [own] = ready.splice(best, 1) as [Group];
    order.push(own);
    memory.done(own);
    for (const next of after.get(own) ?? []) {
      const left = (waiting.get(next) as number) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
    yield;
  }
  return order;
}

/** Of groups that wait for circles, those that something in a circle waits for in turn. */
function inCircles(waiting: Set<Group>, after: Dependants): Set<Group> {
  const isLast = (own: Group): boolean => ![...(after.get(own) ?? [])].some((next) => waiting.has(next));
  for (let last = [...waiting].filter(isLast); last.length > 0; last = [...waiting].filter(isLast))
    for (const own of last) waiting.delete(own);
  return waiting;
}

/** How much memory running a group next takes and gives back, in steps that matter: 0 for all groups of small models. */
class MemoryBalance {
  /** What a group reads of that size. */
  readonly #reads: Map<Group, readonly Tensor[]> = new Map();
  /** Units of what a group makes for others. */
  readonly #makes: Map<Group, number> = new Map();
  /** Who still has to read it. */
  readonly #left: Map<Tensor, Set<Group>> = new Map();

  constructor(grouping: Grouping) {
    for (const own of grouping.groups) {
      const members = new Set([...own.calls, ...own.prologue]);
      const bases = new Set([...members].flatMap((call) => call.inputs.map(baseOf)));
      const reads = [...bases].filter((base) => !base.call.source && !members.has(base.call) && unitsOf(base) > 0);
      this.#reads.set(own, reads);
      for (const base of reads) this.#left.set(base, (this.#left.get(base) ?? new Set()).add(own));
      const made = own.calls
        .flatMap((call) => call.outputs)
        .filter((output) => unitsOf(output) > 0)
        .filter((output) => grouping.usersOf(output).some((user) => !own.calls.includes(user)));
      this.#makes.set(
        own,
        made.reduce((sum, output) => sum + unitsOf(output), 0),
      );
    }
  }

  growth(own: Group): number {
    const freed = (this.#reads.get(own) as readonly Tensor[]).filter((base) => this.#left.get(base)?.size === 1);
    return (this.#makes.get(own) as number) - freed.reduce((sum, base) => sum + unitsOf(base), 0);
  }

  done(own: Group): void {
    for (const base of this.#reads.get(own) as readonly Tensor[]) this.#left.get(base)?.delete(own);
  }
}

/** In megabytes: smaller values don't change the order. */
const unitsOf = (tensor: Tensor): number => Math.floor(sizeOf(tensor.shape as readonly number[]) / 2 ** 18);
