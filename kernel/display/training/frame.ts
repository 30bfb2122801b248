// A training that goes on → one frame: a line that says how far it is, and its curves.

import { isLoss, isValidation, lossesFirst, seriesColour, spansDecades } from "../../../lib/show/historyFigure.js";
import type { Chart, LineMark, Panel } from "../chart/chart.js";
import { drawChart } from "../chart/draw.js";
import { escapeHtml } from "../escape.js";
import { countNumber, duration, logNumber } from "../numbers.js";
import type { MimeBundle } from "../picture.js";
import { pageInk } from "../theme.js";
import type { Run } from "./run.js";

/** Curves beyond these only say their numbers. */
const mostCurves = 8;

/** Steps, once there are epochs to look at. */
const quiet = { opacity: 0.4, thickness: 1 };

export function liveFrame(run: Run, now: number): MimeBundle {
  const values = lossesFirst(Object.keys(run.logs)).map(
    (name) => `${name}: ${logNumber(run.logs[name] ?? Number.NaN)}`,
  );
  const text = [statusParts(run, now).join(" · "), ...values].filter(Boolean).join(" - ");
  return { "text/html": html(run, now), "text/plain": text };
}

/** "Epoch 3/10", "250/1875", "4 s left", "31,000 samples/s". */
function statusParts(run: Run, now: number): string[] {
  const { params, epoch, step, state } = run;
  if (state === "starting") return ["preparing to train"];
  const speed = run.samplesPerSecond ?? run.stepsPerSecond;
  const left = run.secondsLeft;
  return [
    `Epoch ${epoch + 1}/${params.epochs}`,
    `step ${countNumber(step)}${params.steps === null ? "" : `/${countNumber(params.steps)}`}`,
    duration(run.seconds(now)),
    state === "validating" ? "validating" : left === null ? "" : `${duration(left)} left`,
    speed === null ? "" : `${countNumber(speed)} ${run.samplesPerSecond === null ? "steps" : "samples"}/s`,
  ].filter(Boolean);
}

function html(run: Run, now: number): string {
  const { share } = run;
  const [first = "", ...others] = statusParts(run, now).map(escapeHtml);
  const bar = `<progress style="width:12em;flex:none" max="1"${share === null ? "" : ` value="${share.toFixed(4)}"`}></progress>`;
  const item = (text: string): string => `<span>${text}</span>`;
  const line = `<div style="display:flex;gap:1em;align-items:center;white-space:nowrap;overflow:hidden;height:1.7em;font-variant-numeric:tabular-nums"><b>${first}</b>${bar}${others.map(item).join("")}</div>`;
  const values = lossesFirst(Object.keys(run.logs)).map((name) =>
    item(`${escapeHtml(name)} <b>${logNumber(run.logs[name] ?? Number.NaN)}</b>`),
  );
  const odd = [...run.notFinite].map(([name, place]) =>
    item(`⚠ ${escapeHtml(name)} is not finite since ${escapeHtml(place)}`),
  );
  const numbers = `<div style="display:flex;flex-wrap:wrap;gap:0 1em;min-height:1.5em;font-variant-numeric:tabular-nums">${[...values, ...odd].join("")}</div>`;
  const svg = drawChart(liveChart(run), pageInk).replace("<svg ", '<svg style="max-width:100%;height:auto" ');
  // A page that takes the SVG's tags out, but leaves its words, then shows none: inside of an SVG the size is its own.
  return `<div class="weft-training">${line}${numbers}<div style="font-size:0">${svg}</div></div>`;
}

function liveChart(run: Run): Chart {
  const names = lossesFirst(new Set([...run.bySteps.keys(), ...run.byEpochs.keys()]));
  const losses = names.filter(isLoss);
  const others = names.filter((name) => !isLoss(name) && name !== "learning_rate");
  const colour = (name: string): string => seriesColour(name, names);
  const panels = [
    panelOf(run, losses, "loss", colour),
    ...(others.length > 0 ? [panelOf(run, others, "metrics", colour)] : []),
  ];
  return {
    width: panels.length > 1 ? 860 : 560,
    height: 270,
    legend: true,
    panels: panels.map((panel, i) => ({
      ...panel,
      place: { left: i / panels.length, right: (i + 1) / panels.length, top: 0, bottom: 1 },
    })),
  };
}

function panelOf(run: Run, names: readonly string[], title: string, colour: (name: string) => string): Panel {
  const marks = names.slice(0, mostCurves).flatMap((name): LineMark[] => {
    const steps = run.bySteps.get(name)?.points();
    const epochs = run.byEpochs.get(name)?.points() ?? { x: [], y: [] };
    const base = { kind: "line" as const, name, colour: colour(name), joined: true };
    const whole = { ...base, ...epochs, markers: epochs.x.length <= 30, dashed: isValidation(name) };
    return steps
      ? [{ ...base, ...steps, markers: false, ...(epochs.x.length > 1 ? quiet : {}), named: false }, whole]
      : [whole];
  });
  const values = marks.flatMap(({ y }) => y);
  const { steps } = run.params;
  return {
    x: {
      title: steps === null ? "step" : "epoch",
      range: steps === null ? undefined : [run.firstEpoch, rangeEnd(run)],
    },
    y: { title, log: title === "loss" && spansDecades(values) },
    marks,
  };
}

/** 1, 2, 4, … epochs: at least half of the picture is used, and it stands still most of the time. */
function rangeEnd({ firstEpoch, epoch, step, params: { epochs, steps } }: Run): number {
  const done = epoch - firstEpoch + step / (steps ?? 1);
  return Math.min(Math.max(epochs, firstEpoch + 1), firstEpoch + 2 ** Math.ceil(Math.log2(Math.max(1, done))));
}
