// All kernels of a server: started by name, found by id, ended when idle for long.

import { Refusal } from "../refusal.js";
import { makeFolder, removeFolder } from "./folder.js";
import { Kernel } from "./kernel.js";
import type { KernelSpec, KernelSpecs } from "./specs.js";

export interface Culling {
  /** Seconds without activity after which a kernel is shut down; 0: never. */
  readonly idleSeconds: number;
  /** Also those that a tab is connected to. */
  readonly connected?: boolean;
  /** Also those that compute. */
  readonly busy?: boolean;
}

export class Kernels {
  readonly specs: KernelSpecs;
  readonly defaultName: string;
  /** A kernel is gone: shut down or culled. */
  onGone: (kernel: Kernel) => void = () => {};
  readonly #kernels = new Map<string, Kernel>();
  readonly #folder: Promise<string> = makeFolder();
  readonly #culler: NodeJS.Timeout | null;
  #closed = false;

  constructor(specs: KernelSpecs, culling: Culling) {
    this.specs = specs;
    this.defaultName = Object.keys(specs)[0] ?? "";
    const { idleSeconds } = culling;
    this.#culler =
      idleSeconds > 0
        ? setInterval(() => void this.#cull(culling), Math.min(60_000, Math.max(50, idleSeconds * 250))).unref()
        : null;
    // Who uses it hears of a failure.
    this.#folder.catch(() => {});
  }

  get all(): Kernel[] {
    return [...this.#kernels.values()];
  }

  get(id: string): Kernel {
    const kernel = this.#kernels.get(id);
    if (!kernel) throw new Refusal(404, `there is no kernel ${JSON.stringify(id)}`);
    return kernel;
  }

  spec(name: string): KernelSpec {
    const spec = Object.hasOwn(this.specs, name) ? this.specs[name] : undefined;
    if (!spec) {
      const known = Object.keys(this.specs).join(", ");
      throw new Refusal(404, `there is no kernel named ${JSON.stringify(name)}; there are: ${known}`);
    }
    return spec;
  }

  async start(name: string | undefined, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Kernel> {
    if (this.#closed) throw new Refusal(503, "the server is closing");
    const chosen = name || this.defaultName;
    const kernel = new Kernel({ name: chosen, spec: this.spec(chosen), cwd, env, folder: await this.#folder });
    this.#kernels.set(kernel.id, kernel);
    try {
      await kernel.start();
    } catch (error) {
      this.#kernels.delete(kernel.id);
      throw error;
    }
    if (this.#closed) await kernel.shutdown();
    return kernel;
  }

  async shutdown(id: string): Promise<void> {
    const kernel = this.get(id);
    this.#kernels.delete(id);
    this.onGone(kernel);
    await kernel.shutdown();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#culler) clearInterval(this.#culler);
    await Promise.all(this.all.map((kernel) => this.shutdown(kernel.id)));
    await removeFolder(await this.#folder);
  }

  async #cull({ idleSeconds, connected = false, busy = false }: Culling): Promise<void> {
    const idle = this.all.filter(
      (kernel) =>
        Date.now() - kernel.lastActivity.getTime() >= idleSeconds * 1000 &&
        (connected || kernel.connections === 0) &&
        (busy || kernel.state === "idle" || kernel.state === "dead"),
    );
    await Promise.allSettled(idle.map((kernel) => this.shutdown(kernel.id)));
  }
}
