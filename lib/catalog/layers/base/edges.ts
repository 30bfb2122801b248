// How edges of images are said: one number for all, one per dimension, or a pair per dimension.

import { ValueError } from "../../../graph/errors.js";

/** Before and after. */
export type Pair = readonly [number, number];
/** One number for all edges, one per dimension, or a pair per dimension. */
export type Edges = number | readonly (number | Pair)[];

/** A pair for each of `rank` dimensions. */
export function pairs(layer: string, edges: Edges, rank: number): Pair[] {
  if (typeof edges === "number") return Array.from({ length: rank }, () => [edges, edges] as const);
  if (rank === 1 && edges.length === 2 && typeof edges[0] === "number") return [[edges[0], edges[1] as number]];
  if (edges.length === rank) return edges.map((edge) => (typeof edge === "number" ? [edge, edge] : edge));
  throw new ValueError(`${layer}: expected a number, or ${rank} numbers or pairs, received ${JSON.stringify(edges)}`);
}
