// What the kernel takes of the machine, as Jupyter's usage_reply says it (https://github.com/ipython/ipykernel/pull/841).

import { availableParallelism, cpus, freemem, hostname, totalmem } from "node:os";
import type { Json } from "./messages.js";

/** Shorter times say nothing of how busy processors are. */
const shortestMs = 200;

/** Times since some start. */
interface Reading {
  readonly at: number;
  /** Of this process, in milliseconds of one processor. */
  readonly own: number;
  /** Of all processors, in milliseconds. */
  readonly busy: number;
  readonly all: number;
}

export class Usage {
  /** A process begins at zero, whatever its machine did before. */
  #last: Reading = { ...read(), at: performance.now() - process.uptime() * 1000, own: 0 };
  /** Percents: of one processor, and of all. */
  #own = 0;
  #host = 0;

  /** Content of a usage_reply. Processors' part is that since the last one, or since the start of the process. */
  content(): Json {
    const now = read();
    if (now.at - this.#last.at >= shortestMs) {
      this.#own = (100 * (now.own - this.#last.own)) / (now.at - this.#last.at);
      this.#host = (100 * (now.busy - this.#last.busy)) / Math.max(1, now.all - this.#last.all);
      this.#last = now;
    }
    const [total, free] = [totalmem(), freemem()];
    return {
      status: "ok",
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: rounded(this.#own),
      kernel_memory: process.memoryUsage.rss(),
      cpu_count: availableParallelism(),
      host_cpu_percent: rounded(this.#host),
      host_virtual_memory: {
        total,
        available: free,
        free,
        used: total - free,
        percent: rounded((100 * (total - free)) / total),
      },
    };
  }
}

function read(): Reading {
  const { user, system } = process.cpuUsage();
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle;
    all += sum;
    busy += sum - times.idle;
  }
  return { at: performance.now(), own: (user + system) / 1000, busy, all };
}

const rounded = (percent: number): number => Math.round(10 * percent) / 10;
