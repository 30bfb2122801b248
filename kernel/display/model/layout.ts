// A model's graph → where its boxes, frames and arrows lie, by dagre (https://github.com/dagrejs/dagre).

import type { Drawing, DrawnEdge, DrawnNode, ModelPlot } from "../../../lib/index.js";
import { type Box, boxOf } from "./box.js";
import { dagre } from "./dagre.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox extends Box {
  /** Its middle. */
  readonly x: number;
  readonly y: number;
}

export interface Frame {
  readonly node: DrawnNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How many frames are around it. */
  readonly depth: number;
}

export interface PlacedEdge {
  readonly edge: DrawnEdge;
  readonly points: readonly Point[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  /** Outer ones first. */
  readonly frames: readonly Frame[];
  readonly edges: readonly PlacedEdge[];
}

export const margin = 8;
/** Room for a frame's title. */
export const frameTitle = 20;

export function layOut(plot: ModelPlot): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true, compound: true });
  graph.setGraph({
    rankdir: plot.options.rankdir,
    nodesep: 24,
    ranksep: 34,
    edgesep: 14,
    marginx: margin,
    marginy: margin,
  });
  const boxes: Box[] = [];
  const frames: { node: DrawnNode; depth: number }[] = [];
  const edges: DrawnEdge[] = [];
  const add = (drawing: Drawing, parent: string | null, depth: number): void => {
    for (const node of drawing.nodes) {
      if (plot.expands(node)) {
        frames.push({ node, depth });
        graph.setNode(node.id, {});
        add(node.inside as Drawing, node.id, depth + 1);
      } else {
        const box = boxOf(plot, node);
        boxes.push(box);
        graph.setNode(node.id, { width: box.width, height: box.height });
      }
      if (parent !== null) graph.setParent(node.id, parent);
    }
    edges.push(...plot.wired(drawing));
  };
  add(plot.drawing, null, 0);
  edges.forEach((edge, i) => {
    graph.setEdge(edge.from, edge.to, {}, String(i));
  });
  dagre.layout(graph, { constraints: inputOrder(plot) });

  const placed = boxes.map((box) => ({ ...box, ...middle(graph.node(box.node.id)) }));
  const framed = frames.map(({ node, depth }) => {
    const {
      x,
      y,
      width = 0,
      height = 0,
    } = graph.node(node.id) as { x: number; y: number; width?: number; height?: number };
    return { node, depth, x: x - width / 2, y: y - height / 2 - frameTitle, width, height: height + frameTitle };
  });
  const drawn = edges.map((edge, i) => ({
    edge,
    points: (graph.edge(edge.from, edge.to, String(i)) as { points: Point[] }).points,
  }));
  return shifted({ boxes: placed, frames: framed, edges: drawn });
}

/** Inputs stand in the order in which the model takes them. */
function inputOrder(plot: ModelPlot): { left: string; right: string }[] {
  const { inputs } = plot.drawing;
  return inputs.slice(1).map((right, i) => ({ left: inputs[i] as string, right }));
}

const middle = ({ x = 0, y = 0 }: { x?: number; y?: number }): Point => ({ x, y });

/** Everything a margin away from the corner, titles of frames included. */
function shifted(layout: Pick<Layout, "boxes" | "frames" | "edges">): Layout {
  const spans = [
    ...layout.boxes.map((box) => [box.x - box.width / 2, box.y - box.height / 2, box.width, box.height] as const),
    ...layout.frames.map((frame) => [frame.x, frame.y, frame.width, frame.height] as const),
    ...layout.edges.flatMap(({ points }) => points.map(({ x, y }) => [x, y, 0, 0] as const)),
  ];
  const left = Math.min(...spans.map(([x]) => x)) - margin;
  const top = Math.min(...spans.map(([, y]) => y)) - margin;
  const move = <T extends Point>(thing: T): T => ({ ...thing, x: thing.x - left, y: thing.y - top });
  return {
    width: Math.ceil(Math.max(...spans.map(([x, , width]) => x + width)) - left + margin),
    height: Math.ceil(Math.max(...spans.map(([, y, , height]) => y + height)) - top + margin),
    boxes: layout.boxes.map(move),
    frames: layout.frames.map(move),
    edges: layout.edges.map(({ edge, points }) => ({ edge, points: points.map(move) })),
  };
}
