// What fit returned → its curves as a figure, with the steps within epochs and how it ended, where this notebook saw it train.

import { type Figure, History, plot } from "../../../lib/index.js";
import { isLoss, spansDecades } from "../../../lib/show/historyFigure.js";
import { paletteColour } from "../../../lib/show/palette.js";
import { figureBundle } from "../figure/picture.js";
import { fields } from "../figure/values.js";
import { countNumber, duration } from "../numbers.js";
import type { MimeBundle, Picture } from "../picture.js";
import type { Run } from "./run.js";

const runs = new WeakMap<object, Run>();

/** From now on the history's picture shows the run as well. */
export function rememberRun(history: object, run: Run): void {
  runs.set(history, run);
}

export const historyPicture: Picture<History> = {
  name: "history",
  accepts: (value): value is History => value instanceof History,
  draw: drawHistory,
};

function drawHistory(history: History): Promise<MimeBundle> | MimeBundle {
  const run = runs.get(history);
  const text = [String(history), ...(run ? [ending(run), ...oddities(run)] : [])].join("\n");
  const figure = run ? runFigure(history, run) : plot(history);
  return figure.data.length > 0 ? figureBundle(figure, text) : { "text/plain": text };
}

function runFigure(history: History, run: Run): Figure {
  const title = [ending(run), ...oddities(run)].join(" · ");
  const losses = [...run.bySteps, ...run.byEpochs].flatMap(([name, curve]) => (isLoss(name) ? curve.points().y : []));
  const figure = plot(history, { title, log: spansDecades(losses) });
  addSteps(figure, run);
  return figure;
}

/** "10 epochs in 12.3 s · 31,000 samples/s", or how far it came. */
export function ending(run: Run): string {
  const { state, epoch, step, params, epochsDone } = run;
  const took = duration(run.seconds(0));
  const place = `epoch ${epoch + 1} of ${params.epochs}`;
  if (state === "failed") return `failed in ${place}, after step ${countNumber(step)} and ${took}: ${run.error}`;
  if (state === "interrupted") return `interrupted in ${place}, after step ${countNumber(step)} and ${took}`;
  const speed = run.samplesPerSecond ?? run.stepsPerSecond;
  const epochs = `${epochsDone} ${epochsDone === 1 ? "epoch" : "epochs"}`;
  return [
    state === "stopped" ? `stopped after ${epochs} of ${params.epochs}, ${took}` : `${epochs} in ${took}`,
    speed === null ? "" : `${countNumber(speed)} ${run.samplesPerSecond === null ? "steps" : "samples"}/s`,
  ]
    .filter(Boolean)
    .join(" · ");
}

const oddities = (run: Run): string[] =>
  [...run.notFinite].map(([name, place]) => `${name} is not finite since ${place}`);

/** Curves within epochs, thin behind the values of whole epochs. */
function addSteps(figure: Figure, run: Run): void {
  const known = figure.data.map(fields);
  const { firstEpoch, epochsDone, params } = run;
  const added = [...run.bySteps].flatMap(([name, curve], i): object[] => {
    const points = curve.points();
    if (points.x.length < 2) return [];
    // Steps that were counted instead of epochs: all epochs are taken to be of one length.
    const scale = params.steps === null ? Math.max(1, epochsDone) / Math.max(1, run.allSteps) : 1;
    const shift = params.steps === null ? firstEpoch : 0;
    const whole = known.find((trace) => trace["name"] === name);
    const second = whole ? whole["yaxis"] === "y2" : !isLoss(name) && known.some((trace) => trace["yaxis"] === "y2");
    // Before the first epoch is over, this is all there is.
    const alone = !whole || epochsDone === 0;
    return [
      {
        type: "scatter",
        mode: "lines",
        name: alone ? name : `${name} by step`,
        x: points.x.map((x) => x * scale + shift),
        y: points.y,
        opacity: alone ? 1 : 0.4,
        line: { color: fields(whole?.["line"])["color"] ?? paletteColour(i), width: 1 },
        showlegend: alone,
        hoverinfo: "skip",
        ...(second ? { xaxis: "x2", yaxis: "y2" } : {}),
      },
    ];
  });
  figure.data = [...added, ...figure.data];
}
