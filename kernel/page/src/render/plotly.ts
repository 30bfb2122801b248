// Figures of Plotly: changed in place when the output they are in is updated, so that a growing curve neither flickers nor loses
// its zoom. Plotly itself is loaded with the first figure.

import type { IRenderMime } from "@jupyterlab/rendermime";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";

export const plotlyType = "application/vnd.plotly.v1+json";

interface Figure {
  readonly data?: readonly object[];
  readonly layout?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly frames?: readonly object[];
}

interface Plotly {
  react(node: HTMLElement, figure: object): Promise<unknown>;
  addFrames(node: HTMLElement, frames: readonly object[]): Promise<unknown>;
  purge(node: HTMLElement): void;
  Plots: { resize(node: HTMLElement): Promise<unknown> | undefined };
}

const defaultHeightPixels = 360;

let loading: Promise<Plotly> | null = null;
const load = (): Promise<Plotly> => {
  loading ??= import("plotly.js-strict-dist-min").then((module) => module.default as unknown as Plotly);
  return loading;
};

class RenderedPlotly extends Widget implements IRenderMime.IRenderer {
  #figure: Figure | null = null;
  #drawing: Promise<void> | null = null;
  #drawn: Plotly | null = null;
  readonly #sizes = new ResizeObserver(() => void this.#resize());

  constructor() {
    super();
    this.addClass("weft-plotly");
  }

  /** Also called for updates. While one is drawn only the newest of the others waits. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#figure = model.data[plotlyType] as unknown as Figure;
    this.#drawing ??= this.#draw().finally(() => {
      this.#drawing = null;
    });
    return this.#drawing;
  }

  protected override onAfterAttach(_message: Message): void {
    dark.addEventListener("change", this.#retheme);
    this.#sizes.observe(this.node);
  }

  protected override onBeforeDetach(_message: Message): void {
    dark.removeEventListener("change", this.#retheme);
    this.#sizes.disconnect();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#drawn?.purge(this.node);
    super.dispose();
  }

  async #draw(): Promise<void> {
    const plotly = await load();
    for (let last: Figure | null = null; this.#figure !== last && !this.isDisposed; ) {
      last = this.#figure;
      if (!last) break;
      const { data = [], layout = {}, config = {}, frames } = last;
      await plotly.react(this.node, {
        data,
        layout: themed(layout),
        config: { responsive: false, displaylogo: false, ...config, plotlyServerURL: "" },
      });
      this.#drawn = plotly;
      if (frames && frames.length > 0) await plotly.addFrames(this.node, frames);
    }
  }

  readonly #retheme = (): void => {
    const figure = this.#figure;
    if (!figure) return;
    this.#figure = { ...figure };
    void this.#draw();
  };

  async #resize(): Promise<void> {
    if (this.#drawn && this.isVisible && this.node.clientWidth > 0) await this.#drawn.Plots.resize(this.node);
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");

/** What the figure leaves open is taken from the page; what it says stays. */
function themed(layout: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const colour = (name: string): string => getComputedStyle(document.body).getPropertyValue(name).trim();
  const text = colour("--jp-content-font-color1");
  const grid = dark.matches ? "#444" : "#e5e5e5";
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true };
  const given = (layout["template"] as { layout?: Record<string, unknown> } | undefined)?.layout ?? {};
  const font = { color: text, family: colour("--jp-ui-font-family"), size: 12 };
  const look = { font, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", xaxis: axis, yaxis: axis };
  const template = { ...(layout["template"] as object | undefined), layout: { ...look, ...given } };
  const margin = { l: 48, r: 16, t: layout["title"] === undefined ? 16 : 48, b: 40 };
  return { autosize: true, height: defaultHeightPixels, margin, ...layout, template };
}

export const plotlyRenderer: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [plotlyType],
  defaultRank: 50,
  createRenderer: () => new RenderedPlotly(),
};
