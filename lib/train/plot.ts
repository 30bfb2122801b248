// A model's graph as a picture: options in, a value that notebooks draw, with Graphviz's DOT and a plain listing besides.

import { readableBytes } from "../graph/bytes.js";
import { ValueError } from "../graph/errors.js";
import { showsItself } from "../show/notebook.js";
import type { Drawing, DrawnEdge, DrawnNode, DrawnTensor } from "./drawing.js";
import { grouped, showTuple } from "./summaryRows.js";

/** Keras's options of plot_model; see https://keras.io/api/utils/model_plotting_utils/ */
export interface ModelPlotOptions {
  /** Where the graph goes: top to bottom (default), left to right, or their opposites. */
  readonly rankdir?: "TB" | "LR" | "BT" | "RL";
  /** Shapes of what goes in and comes out. Default true. */
  readonly shapes?: boolean;
  /** Types of the numbers. Default false. */
  readonly dtypes?: boolean;
  /** Names of activations. Default true. */
  readonly activations?: boolean;
  /** Nested models as frames around their own layers. Default false. */
  readonly expandNested?: boolean;
  /** Parameters and bytes of each layer's weights. Default false. */
  readonly showMemory?: boolean;
}

const directions = ["TB", "LR", "BT", "RL"];

/** A picture of a model's graph, made by `model.plot()`. */
export class ModelPlot {
  readonly drawing: Drawing;
  readonly options: Required<ModelPlotOptions>;

  constructor(drawing: Drawing, options: ModelPlotOptions) {
    const rankdir = options.rankdir ?? "TB";
    if (!directions.includes(rankdir))
      throw new ValueError(`plot: rankdir is one of ${directions.join(", ")}, received "${rankdir}"`);
    this.drawing = drawing;
    this.options = {
      rankdir,
      shapes: options.shapes ?? true,
      dtypes: options.dtypes ?? false,
      activations: options.activations ?? true,
      expandNested: options.expandNested ?? false,
      showMemory: options.showMemory ?? false,
    };
  }

  /** The graph in Graphviz's language (https://graphviz.org/doc/info/lang.html). */
  toDot(): string {
    const lines = [
      `digraph ${quoted(this.drawing.name)} {`,
      `  rankdir=${this.options.rankdir};`,
      "  node [shape=box];",
    ];
    this.#dot(this.drawing, "  ", lines);
    return `${[...lines, "}"].join("\n")}\n`;
  }

  #dot(drawing: Drawing, indent: string, lines: string[]): void {
    for (const node of drawing.nodes) {
      if (this.expands(node)) {
        lines.push(`${indent}subgraph ${quoted(`cluster_${node.id}`)} {`, `${indent}  label=${quoted(node.name)};`);
        this.#dot(node.inside as Drawing, `${indent}  `, lines);
        lines.push(`${indent}}`);
      } else lines.push(`${indent}${quoted(node.id)} [label=${quoted(this.lines(node).join("\n"))}];`);
    }
    for (const edge of this.wired(drawing))
      lines.push(`${indent}${quoted(edge.from)} -> ${quoted(edge.to)}${edge.masked ? " [style=dashed]" : ""};`);
  }

  /** Whether a node is drawn as a frame. */
  expands(node: DrawnNode): boolean {
    return this.options.expandNested && node.inside !== null;
  }

  /** A drawing's own edges; those of nested models that are drawn as frames go to the layers inside. */
  wired(drawing: Drawing): DrawnEdge[] {
    const frames = new Map(drawing.nodes.filter((node) => this.expands(node)).map((node) => [node.id, node]));
    const used = new Map<string, number>();
    return drawing.edges.map((edge) => {
      const into = frames.get(edge.to)?.inside;
      const from = frames.get(edge.from)?.inside;
      // Inputs of a model are met in their order, once for each of its calls.
      const key = `${edge.to}#${edge.call}`;
      const place = used.get(key) ?? 0;
      used.set(key, place + 1);
      return {
        ...edge,
        to: into ? this.#deep(into, "inputs", place) : edge.to,
        from: from ? this.#deep(from, "outputs", 0) : edge.from,
      };
    });
  }

  #deep(drawing: Drawing, end: "inputs" | "outputs", place: number): string {
    const id = drawing[end][place] ?? drawing[end][0] ?? "";
    const node = drawing.nodes.find((one) => one.id === id);
    return node && this.expands(node) ? this.#deep(node.inside as Drawing, end, 0) : id;
  }

  /** What a node's box says, line by line. */
  lines(node: DrawnNode): string[] {
    const { shapes, dtypes, activations, showMemory } = this.options;
    const type = activations && node.activation ? `${node.className}, ${node.activation}` : node.className;
    const out = [node.name, type];
    if (node.kind === "refused") return [...out, `✗ ${node.inputs.map(({ shape }) => showTuple(shape)).join(" and ")}`];
    if (shapes || dtypes) {
      const { inputs, outputs } = node;
      const made = this.#tensors(outputs);
      out.push(inputs.length > 0 ? `${this.#tensors(inputs)} → ${made}` : made);
    }
    if (showMemory && node.params > 0)
      out.push(`${grouped(node.params)} parameters, ${readableBytes(node.weightBytes)}`);
    return out;
  }

  #tensors(tensors: readonly DrawnTensor[]): string {
    const { shapes, dtypes } = this.options;
    const one = ({ shape, dtype }: DrawnTensor): string =>
      [...(shapes ? [showTuple(shape)] : []), ...(dtypes ? [dtype] : [])].join(" ");
    const shown = tensors.map(one);
    // Ten inputs of one form are said once.
    if (shown.length > 2 && new Set(shown).size === 1) return `${shown.length} × ${shown[0]}`;
    return shown.join(", ");
  }

  /** A listing: each layer with what goes into it. */
  toString(): string {
    const lines = [`Graph of "${this.drawing.name}"`];
    this.#list(this.drawing, "", lines);
    return lines.join("\n");
  }

  #list(drawing: Drawing, indent: string, lines: string[]): void {
    for (const node of drawing.nodes) {
      const [name, ...rest] = this.lines(node);
      const from = drawing.edges.filter((edge) => edge.to === node.id);
      const sources = from.map((edge) => `${edge.from.split("/").at(-1)}${edge.masked ? " (masked)" : ""}`);
      lines.push(`${indent}${name}: ${rest.join("; ")}${sources.length > 0 ? ` ← ${sources.join(", ")}` : ""}`);
      if (this.expands(node)) this.#list(node.inside as Drawing, `${indent}  │ `, lines);
    }
  }
}

showsItself(ModelPlot);

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
