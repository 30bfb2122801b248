// Keeps a backup of training, so that it goes on where it was when the process ended.

import { existsSync } from "node:fs";
import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ValueError } from "../../graph/errors.js";
import { Callback, type Logs, type TrainingPlace } from "./callback.js";

export interface BackupAndRestoreOptions {
  /** "epoch" (default), or a number of batches between two backups, wherever in an epoch that is. */
  readonly saveFreq?: "epoch" | number;
  /** Removes the backup once training has ended by itself. Default true. */
  readonly deleteCheckpoint?: boolean;
  /** Also keeps the backup before the last, for when that can't be read. Default false. */
  readonly doubleCheckpoint?: boolean;
}

export class BackupAndRestore extends Callback {
  /** The backup. */
  readonly path: string;
  /** The one before, with `doubleCheckpoint`. */
  readonly previousPath: string;
  resume: TrainingPlace | null = null;
  private readonly folder: string;
  private readonly options: BackupAndRestoreOptions;
  private epoch = 0;
  /** Batches since training began here. */
  private batches = 0;

  /** Raises ValueError for a saveFreq that is no whole number. */
  constructor(folder: string, options: BackupAndRestoreOptions = {}) {
    super();
    const { saveFreq = "epoch" } = options;
    if (saveFreq !== "epoch" && !(Number.isInteger(saveFreq) && saveFreq > 0))
      throw new ValueError(`backupAndRestore: saveFreq must be "epoch" or a whole number from 1, received ${saveFreq}`);
    this.folder = folder;
    this.path = join(folder, "backup.keras");
    this.previousPath = join(folder, "backup.previous.keras");
    this.options = options;
    // Only then does every step have to wait for the one before.
    if (saveFreq !== "epoch") this.onBatchEnd = (batch, logs) => this.onStep(saveFreq, batch, logs);
  }

  override async onTrainBegin(): Promise<void> {
    this.resume = null;
    this.batches = 0;
    await mkdir(this.folder, { recursive: true });
    if (existsSync(this.path)) this.resume = await this.restored();
  }

  private async restored(): Promise<TrainingPlace> {
    try {
      return await this.model.loadTraining(this.path);
    } catch (error) {
      if (!this.options.doubleCheckpoint || !existsSync(this.previousPath)) throw error;
      console.warn(`${(error as Error).message}\ntraining goes on from ${this.previousPath}`);
      return this.model.loadTraining(this.previousPath);
    }
  }

  override onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  private async onStep(every: number, batch: number, logs: Logs): Promise<void> {
    this.batches++;
    if (this.batches % every === 0) await this.write({ epoch: this.epoch, batch: batch + 1, logs: { ...logs } });
  }

  override async onEpochEnd(epoch: number, _logs: Logs): Promise<void> {
    // An epoch that was cut short is done again.
    if (this.params.signal?.aborted || (this.options.saveFreq ?? "epoch") !== "epoch") return;
    await this.write({ epoch: epoch + 1 });
  }

  private async write(place: Omit<TrainingPlace, "seed">): Promise<void> {
    if (this.options.doubleCheckpoint && existsSync(this.path)) {
      await rm(this.previousPath, { force: true });
      // A second name for the same file, where the disk knows such: what is written next is another file.
      await link(this.path, this.previousPath).catch(() => copyFile(this.path, this.previousPath));
    }
    await this.model.saveTraining(this.path, { ...place, seed: this.resume?.seed ?? this.params.seed ?? 0 });
  }

  override async onTrainEnd(): Promise<void> {
    if (this.params.signal?.aborted || this.options.deleteCheckpoint === false) return;
    for (const path of [this.path, this.previousPath]) await rm(path, { force: true });
  }
}

/**
 * Backs training up, after every epoch or every `saveFreq` batches, in a file "backup.keras" in `folder`. When `fit` is called again with the
 * same model and data (in another process, after this one was killed or interrupted), it goes on from there: weights, the optimizer's
 * states, running means, the order of samples and the random numbers of dropout are those of a training that was never interrupted. An
 * iterable is asked for its batches anew, and those that were done in the epoch are passed over.
 *
 * @example
 * await m.fit(x, y, { epochs: 5, seed: 1, callbacks: [backupAndRestore("backup", { saveFreq: 100 })] });
 */
export const backupAndRestore = (folder: string, options?: BackupAndRestoreOptions): BackupAndRestore =>
  new BackupAndRestore(folder, options);
