// The script of a sketch's output: paper to draw on, and the model, which runs right here. Nothing is asked of anybody else.

import { type PortableProgram, portableRunner } from "../../../../lib/backend/portable.js";
import { centred, type Picture } from "./centre.js";

interface PadSettings {
  readonly program: PortableProgram;
  readonly labels: readonly string[];
  readonly sample: readonly number[];
  readonly centre: boolean;
}

/** Pixels of the paper for each of the model's. */
const zoom = 8;
/** Width of the pen, in pixels of the model: that of the strokes in handwritten digits of 28 x 28. */
const pen = 3;

const make = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  style: string,
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(name);
  element.style.cssText = style;
  element.append(...inside);
  return element;
};

/** Turns the still picture in `root` into paper to draw on. */
function pad(root: HTMLElement, { program, labels, sample, centre }: PadSettings): void {
  const [, rows = 0, columns = 0] = program.inputs[0]?.shape ?? [];
  const run = portableRunner(program);
  const paper = make(
    "canvas",
    "border:1px solid #8888;border-radius:4px;background:#fff;touch-action:none;cursor:crosshair",
  );
  paper.width = columns * zoom;
  paper.height = rows * zoom;
  paper.setAttribute("aria-label", "paper to draw on");
  const ink = paper.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  const seen = make("canvas", "border:1px solid #8888;border-radius:4px;image-rendering:pixelated");
  seen.width = columns;
  seen.height = rows;
  seen.style.width = `${columns * 2}px`;
  const bars = labels.map(bar);

  const show = (picture: Picture): void => {
    const pixels = new ImageData(columns, rows);
    picture.data.forEach((value, i) =>
      pixels.data.set([255, 255, 255].map((white) => white * (1 - value)).concat(255), i * 4),
    );
    seen.getContext("2d")?.putImageData(pixels, 0, 0);
    const scores = run([picture.data])[0]?.data ?? [];
    const best = Math.max(...scores);
    bars.forEach(({ set }, i) => set(scores[i] ?? 0, scores[i] === best && best > 0));
  };
  const look = (): void => {
    const pixels = ink.getImageData(0, 0, paper.width, paper.height).data;
    const data = Float32Array.from({ length: paper.width * paper.height }, (_, i) => (pixels[i * 4 + 3] ?? 0) / 255);
    show(centred({ width: paper.width, height: paper.height, data }, columns, rows, centre));
  };
  let waiting = false;
  const lookSoon = (): void => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  };
  const clear = (): void => {
    ink.clearRect(0, 0, paper.width, paper.height);
    for (const { set } of bars) set(0, false);
    seen.getContext("2d")?.clearRect(0, 0, columns, rows);
  };
  let fresh = true;
  let last: readonly [number, number] | null = null;
  const at = (event: PointerEvent): [number, number] => {
    const box = paper.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * paper.width) / box.width,
      ((event.clientY - box.top) * paper.height) / box.height,
    ];
  };
  const line = (event: PointerEvent): void => {
    const to = at(event);
    ink.lineWidth = pen * zoom;
    ink.lineCap = "round";
    ink.beginPath();
    ink.moveTo(...((last ?? to) as [number, number]));
    ink.lineTo(...to);
    ink.stroke();
    last = to;
    lookSoon();
  };
  paper.addEventListener("pointerdown", (event) => {
    // The first stroke replaces the sample.
    if (fresh) clear();
    fresh = false;
    paper.setPointerCapture(event.pointerId);
    last = null;
    line(event);
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.buttons & 1 && last) line(event);
  });
  paper.addEventListener("pointerup", () => {
    last = null;
  });
  const button = make("button", "font:inherit;padding:2px 12px;margin-top:6px;cursor:pointer", "Clear");
  button.type = "button";
  button.addEventListener("click", () => {
    fresh = false;
    clear();
  });

  const small = "opacity:0.75;font-size:90%";
  root.replaceChildren(
    make(
      "div",
      "display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start",
      make("div", "", make("div", small, "Draw here"), paper, make("div", "", button)),
      make("div", "", make("div", small, "What the model gets"), seen),
      make("div", "", make("div", small, "What it sees"), ...bars.map(({ row }) => row)),
    ),
  );
  drawSample(ink, sample, columns, rows);
  show({ width: columns, height: rows, data: Float32Array.from(sample) });
}

function drawSample(ink: CanvasRenderingContext2D, sample: readonly number[], columns: number, rows: number): void {
  const small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  const pixels = new ImageData(columns, rows);
  sample.forEach((value, i) => pixels.data.set([0, 0, 0, 255 * value], i * 4));
  small.getContext("2d")?.putImageData(pixels, 0, 0);
  ink.drawImage(small, 0, 0, columns * zoom, rows * zoom);
}

/** One label with its share. */
function bar(label: string): { row: HTMLElement; set(share: number, best: boolean): void } {
  const name = make("span", "display:inline-block;min-width:2em;text-align:right;padding-right:8px", label);
  const fill = make("span", "display:inline-block;height:0.8em;background:#3b82f6;border-radius:2px;width:0");
  const track = make("span", "display:inline-block;width:160px;vertical-align:middle;line-height:0", fill);
  const value = make("span", "display:inline-block;min-width:4em;text-align:right;font-variant-numeric:tabular-nums");
  const row = make("div", "white-space:nowrap;line-height:1.5", name, track, value);
  row.dataset["label"] = label;
  return {
    row,
    set(share, best) {
      fill.style.width = `${(100 * share).toFixed(1)}%`;
      fill.style.background = best ? "#3b82f6" : "#8888";
      row.style.fontWeight = best ? "bold" : "normal";
      value.textContent = `${(100 * share).toFixed(1)}%`;
    },
  };
}

declare global {
  // What the output's own script calls.
  var weftPad: typeof pad;
}
globalThis.weftPad = pad;
