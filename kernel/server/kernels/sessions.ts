// A kernel for each notebook: sessions join a path to a kernel.

import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Json } from "../../wire/messages.js";
import { namesOf, type Root } from "../contents/paths.js";
import { objectOf, Refusal, textOf } from "../refusal.js";
import type { Kernel } from "./kernel.js";
import type { Kernels } from "./kernels.js";

interface Session {
  readonly id: string;
  path: string;
  name: string;
  type: string;
  kernel: Kernel;
}

export class Sessions {
  readonly #kernels: Kernels;
  readonly #root: Root;
  readonly #sessions = new Map<string, Session>();
  /** Of paths: two tabs that open a notebook at the same time share one kernel. */
  readonly #starting = new Map<string, Promise<Session>>();

  constructor(kernels: Kernels, root: Root) {
    this.#kernels = kernels;
    this.#root = root;
    kernels.onGone = (kernel) => {
      for (const session of this.#sessions.values()) if (session.kernel === kernel) this.#sessions.delete(session.id);
    };
  }

  get all(): Json[] {
    return [...this.#sessions.values()].map(modelOf);
  }

  get(id: string): Json {
    return modelOf(this.#find(id));
  }

  async create(body: unknown): Promise<Json> {
    const model = objectOf(body);
    const path = textOf(model, "path") ?? textOf(objectOf(model["notebook"] ?? {}, '"notebook"'), "path");
    if (path === undefined) throw new Refusal(400, '"path" must say which notebook the session is for');
    const existing = [...this.#sessions.values()].find((session) => session.path === path);
    if (existing && existing.kernel.state !== "dead") return modelOf(existing);
    const starting = this.#starting.get(path) ?? this.#start(path, model, existing);
    this.#starting.set(path, starting);
    try {
      return modelOf(await starting);
    } finally {
      this.#starting.delete(path);
    }
  }

  async change(id: string, body: unknown): Promise<Json> {
    const session = this.#find(id);
    const model = objectOf(body);
    const path = textOf(model, "path");
    if (path !== undefined) namesOf(path);
    const before = session.kernel;
    if (model["kernel"] !== undefined && model["kernel"] !== null)
      session.kernel = await this.#kernelOf(objectOf(model["kernel"], '"kernel"'), path ?? session.path);
    session.path = path ?? session.path;
    session.name = textOf(model, "name") ?? session.name;
    session.type = textOf(model, "type") ?? session.type;
    const used = [...this.#sessions.values()].some((one) => one.kernel === before);
    if (!used) await this.#kernels.shutdown(before.id).catch(() => {});
    return modelOf(session);
  }

  async remove(id: string): Promise<void> {
    const session = this.#find(id);
    this.#sessions.delete(id);
    const used = [...this.#sessions.values()].some((one) => one.kernel === session.kernel);
    if (!used) await this.#kernels.shutdown(session.kernel.id);
  }

  async #start(path: string, model: Json, dead: Session | undefined): Promise<Session> {
    // Whoever opens the notebook again wants a kernel that works.
    if (dead) await this.remove(dead.id);
    const kernel = await this.#kernelOf(objectOf(model["kernel"] ?? {}, '"kernel"'), path);
    const name = textOf(model, "name") ?? "";
    const session = { id: randomUUID(), path, name, type: textOf(model, "type") ?? "notebook", kernel };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** A running one by its id, or a new one by its name, in the notebook's folder. */
  async #kernelOf(model: Json, path: string): Promise<Kernel> {
    const id = textOf(model, "id");
    if (id !== undefined && id !== "") return this.#kernels.get(id);
    const names = namesOf(path);
    const folder = await this.#root.file(names.slice(0, -1));
    if (!(await stat(folder).catch(() => null))?.isDirectory())
      throw new Refusal(404, `there is no folder ${JSON.stringify(names.slice(0, -1).join("/"))}`);
    return this.#kernels.start(textOf(model, "name"), folder, { JPY_SESSION_NAME: await this.#root.file(names) });
  }

  #find(id: string): Session {
    const session = this.#sessions.get(id);
    if (!session) throw new Refusal(404, `there is no session ${JSON.stringify(id)}`);
    return session;
  }
}

function modelOf({ id, path, name, type, kernel }: Session): Json {
  return { id, path, name, type, kernel: kernel.model, notebook: { path, name } };
}
