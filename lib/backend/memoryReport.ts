// What a step takes of memory, known before any is taken.

import { readableBytes } from "../graph/bytes.js";

/**
 * Bytes that a step of training or predicting needs.
 *
 * @example
 * const x = input([4]);
 * const report = await model({ inputs: x, outputs: dense(2)(x) }).memory({ batchSize: 8 });
 * report.weightBytes; // 40
 * console.log(String(report));
 */
export class MemoryReport {
  /** Weights of the model. */
  readonly weightBytes: number;
  /** Optimizer slots and other states. */
  readonly stateBytes: number;
  /** Activations, gradients and scratch. */
  readonly activationBytes: number;

  constructor(weightBytes: number, stateBytes: number, activationBytes: number) {
    this.weightBytes = weightBytes;
    this.stateBytes = stateBytes;
    this.activationBytes = activationBytes;
  }

  /** All of it. */
  get peakBytes(): number {
    return this.weightBytes + this.stateBytes + this.activationBytes;
  }

  /** The table, line by line. */
  get lines(): string[] {
    const line = (name: string, bytes: number): string => `${name.padEnd(12)} ${readableBytes(bytes).padStart(11)}`;
    return [
      line("weights", this.weightBytes),
      line("optimizer", this.stateBytes),
      line("activations", this.activationBytes),
      line("peak", this.peakBytes),
    ];
  }

  toString(): string {
    return this.lines.join("\n");
  }
}
