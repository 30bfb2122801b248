// The kernels that can be started, by name; and what front ends are told about them.

import { kernelSpec, kernels as own } from "../../install.js";
import { logo } from "../../logo.js";
import type { Json } from "../../wire/messages.js";

/** As in kernel.json (https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs). */
export interface KernelSpec {
  /** `{connection_file}` stands for the file with ports and key. */
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode?: "message" | "signal";
  readonly env?: Readonly<Record<string, string>>;
  readonly metadata?: Json;
}

export type KernelSpecs = Readonly<Record<string, KernelSpec>>;

/** Weft's own two kernels. */
export function ownSpecs(): KernelSpecs {
  return Object.fromEntries(own.map((kernel) => [kernel.name, kernelSpec(kernel) as unknown as KernelSpec]));
}

/** A picture of one of Weft's own kernels. */
export function logoOf(name: string): string | null {
  const kernel = own.find((one) => one.name === name);
  return kernel ? logo(kernel.javascript) : null;
}

export function specModel(name: string, spec: KernelSpec): Json {
  const resources: Json = logoOf(name) === null ? {} : { "logo-svg": `/kernelspecs/${name}/logo-svg.svg` };
  return { name, spec: { env: {}, metadata: {}, interrupt_mode: "signal", ...spec }, resources };
}
