// Saves the model as training goes on: after every epoch, or when a watched number got better.

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { ValueError } from "../../graph/errors.js";
import { Callback, type Logs } from "./callback.js";
import { Monitor, type MonitorMode } from "./monitor.js";

export interface ModelCheckpointOptions {
  /** Log entry to watch. Default "val_loss". */
  readonly monitor?: string;
  /** Saves only when the watched number got better. Default false. */
  readonly saveBestOnly?: boolean;
  /** Saves the weights alone; the path must end in ".weights.h5". Default false. */
  readonly saveWeightsOnly?: boolean;
  /** Whether small or large is good; "auto" goes by the name. */
  readonly mode?: MonitorMode;
  /** "epoch" (default), or a number of steps between two files. */
  readonly saveFreq?: "epoch" | number;
  /** The number must be better than this to be saved at all. */
  readonly initialValueThreshold?: number | null;
  /** 1 prints when a file is written. Default 0. */
  readonly verbose?: number;
}

export class ModelCheckpoint extends Callback {
  readonly filepath: string;
  /** The file written last; null before. */
  lastPath: string | null = null;
  private readonly monitor: Monitor;
  private readonly options: ModelCheckpointOptions;
  private steps = 0;
  private epoch = 0;

  /** Raises ValueError for a path of another ending, or a saveFreq that is no whole number. */
  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super();
    const ending = options.saveWeightsOnly ? ".weights.h5" : ".keras";
    if (typeof filepath !== "string" || !filepath.endsWith(ending))
      throw new ValueError(`modelCheckpoint: the path must end in ${ending}, received ${JSON.stringify(filepath)}`);
    const { saveFreq = "epoch", initialValueThreshold = null } = options;
    if (saveFreq !== "epoch" && !(Number.isInteger(saveFreq) && saveFreq > 0))
      throw new ValueError(`modelCheckpoint: saveFreq must be "epoch" or a whole number from 1, received ${saveFreq}`);
    this.filepath = filepath;
    this.options = options;
    this.monitor = new Monitor("modelCheckpoint", options.monitor ?? "val_loss", options.mode ?? "auto", 0);
    this.monitor.best = initialValueThreshold;
    // Only then does every step have to wait for the one before.
    if (saveFreq !== "epoch") this.onBatchEnd = (batch, logs) => this.onStep(saveFreq, batch, logs);
  }

  override onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if ((this.options.saveFreq ?? "epoch") === "epoch") await this.write(epoch, null, logs);
  }

  private async onStep(every: number, batch: number, logs: Logs): Promise<void> {
    this.steps++;
    if (this.steps % every === 0) await this.write(this.epoch, batch + 1, logs);
  }

  private async write(epoch: number, batch: number | null, logs: Logs): Promise<void> {
    if (this.options.saveBestOnly) {
      const value = this.monitor.read(logs, this.model);
      if (value === undefined || !this.monitor.better(value, this.monitor.best)) return;
      this.monitor.best = value;
    }
    const path = filled(this.filepath, { ...logs, epoch: epoch + 1, ...(batch === null ? {} : { batch }) });
    await mkdir(dirname(path), { recursive: true });
    await (this.options.saveWeightsOnly ? this.model.saveWeights(path) : this.model.save(path));
    this.lastPath = path;
    if ((this.options.verbose ?? 0) > 0) console.log(`Epoch ${epoch + 1}: saved ${path}`);
  }
}

/** Python's way to put numbers into a text: "{epoch:02d}", "{val_loss:.3f}", "{epoch}". */
function filled(template: string, values: Readonly<Record<string, number>>): string {
  return template.replace(
    /\{(\w+)(?::(0?)(\d*)(?:\.(\d+))?([df]?))?\}/g,
    (_, name: string, zero, width, digits, form) => {
      const value = values[name];
      if (value === undefined) {
        throw new ValueError(`modelCheckpoint: the path ${JSON.stringify(template)} names "${name}"`, {
          notes: [`known: ${Object.keys(values).join(", ")}`],
        });
      }
      const text = digits ? value.toFixed(Number(digits)) : form === "f" ? value.toFixed(6) : String(value);
      return text.padStart(Number(width || 0), zero ? "0" : " ");
    },
  );
}

/**
 * Writes the model to `filepath` after every epoch; with `saveBestOnly` only when `monitor` got better. The path may name the epoch
 * (from 1) and logs, "models/{epoch:02d}-{val_loss:.3f}.keras", and where `saveFreq` counts batches also the batch within the epoch (from 1). A file is replaced as a whole or not at all.
 *
 * @example
 * await m.fit(x, y, { epochs: 2, validationSplit: 0.2, callbacks: [modelCheckpoint("best.keras", { saveBestOnly: true })] });
 */
export const modelCheckpoint = (filepath: string, options?: ModelCheckpointOptions): ModelCheckpoint =>
  new ModelCheckpoint(filepath, options);
