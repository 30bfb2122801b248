// What a layer may be called with besides its inputs, and the tensors among that.

import { Tensor } from "./tensor.js";

/** What a call may be given besides tensors; layers say which of these they know. */
export type CallOptions = Readonly<Record<string, unknown>>;

/** The tensors inside of a call's options, in a fixed order. */
export function collectTensors(options: CallOptions): Tensor[] {
  const found: Tensor[] = [];
  for (const value of Object.values(options)) {
    if (value instanceof Tensor) found.push(value);
    else if (Array.isArray(value)) found.push(...value.filter((item): item is Tensor => item instanceof Tensor));
  }
  return found;
}

/** The options with every tensor replaced. */
export function mapTensors(options: CallOptions, replace: (tensor: Tensor) => Tensor): Record<string, unknown> {
  const map = (value: unknown): unknown => (value instanceof Tensor ? replace(value) : value);
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, Array.isArray(value) ? value.map(map) : map(value)]),
  );
}

/** A layer call's attributes. */
export interface LayerCallAttrs {
  /** Whether the user passed one tensor rather than a list. */
  readonly single: boolean;
  readonly options: CallOptions;
  /** How many of the call's inputs are positional; the rest stand in the options. */
  readonly count: number;
}
