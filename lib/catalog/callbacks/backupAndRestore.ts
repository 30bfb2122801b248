// Keeps a backup of training, so that it goes on where it was when the process ended.

import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Callback, type Logs, type TrainingPlace } from "./callback.js";

export interface BackupAndRestoreOptions {
  /** Removes the backup once training has ended by itself. Default true. */
  readonly deleteCheckpoint?: boolean;
  /** Epochs between two backups. Default 1. */
  readonly everyEpochs?: number;
}

export class BackupAndRestore extends Callback {
  /** The backup. */
  readonly path: string;
  resume: TrainingPlace | null = null;
  private readonly folder: string;
  private readonly options: BackupAndRestoreOptions;

  constructor(folder: string, options: BackupAndRestoreOptions = {}) {
    super();
    this.folder = folder;
    this.path = join(folder, "backup.keras");
    this.options = options;
  }

  override async onTrainBegin(): Promise<void> {
    this.resume = null;
    await mkdir(this.folder, { recursive: true });
    if (existsSync(this.path)) this.resume = await this.model.loadTraining(this.path);
  }

  override async onEpochEnd(epoch: number, _logs: Logs): Promise<void> {
    // An epoch that was cut short is done again.
    if (this.params.signal?.aborted || (epoch + 1) % (this.options.everyEpochs ?? 1) !== 0) return;
    const seed = this.resume?.seed ?? this.params.seed ?? 0;
    await this.model.saveTraining(this.path, { epoch: epoch + 1, seed });
  }

  override async onTrainEnd(): Promise<void> {
    if (this.params.signal?.aborted || this.options.deleteCheckpoint === false) return;
    await rm(this.path, { force: true });
  }
}

/**
 * Backs training up after every epoch, in a file "backup.keras" in `folder`. When `fit` is called again with the same model and data (in
 * another process, after this one was killed or interrupted), it goes on from there: weights, the optimizer's states, the order of samples
 * and the random numbers of dropout are those of a training that was never interrupted. Data from iterables begins anew.
 *
 * @example
 * await m.fit(x, y, { epochs: 5, seed: 1, callbacks: [backupAndRestore("backup")] });
 */
export const backupAndRestore = (folder: string, options?: BackupAndRestoreOptions): BackupAndRestore =>
  new BackupAndRestore(folder, options);
