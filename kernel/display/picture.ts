// What every picture in this room is: a pure function from a value to its forms.

import type { MimeBundle } from "../../lib/show/mime.js";

export type { MimeBundle };

export interface Picture<T = unknown> {
  readonly name: string;
  accepts(value: unknown): value is T;
  /** Always has text/plain. */
  draw(value: T): MimeBundle | Promise<MimeBundle>;
}
