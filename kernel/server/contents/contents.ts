// Files below the folder that is served: read, written, made, moved, deleted.

import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { appendFile, copyFile, mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { emptyNotebook, notebookOf } from "../../notebook/format.js";
import type { Json } from "../../wire/messages.js";
import { objectOf, Refusal, textOf } from "../refusal.js";
import { dropCheckpoint, moveCheckpoint } from "./checkpoints.js";
import { bareModel, bytesOf, hashOf, kindOf, readModel, statOf, type Wanted } from "./models.js";
import { namesOf, type Root } from "./paths.js";
import type { Trust } from "./trust.js";
import { replace, writeWhole } from "./write.js";

type Names = readonly string[];

/** Uploads that were begun and not ended are forgotten after so many others. */
const mostUploads = 16;

export class Contents {
  readonly root: Root;
  readonly #trust: Trust;
  readonly #uploads = new Map<string, string>();
  readonly #saving = new Map<string, Promise<unknown>>();

  constructor(root: Root, trust: Trust) {
    this.root = root;
    this.#trust = trust;
  }

  read(names: Names, wanted: Wanted): Promise<Json> {
    return readModel(this.root, this.#trust, names, wanted);
  }

  /** Writes what a model holds; says whether the file is new. */
  async save(names: Names, body: unknown): Promise<{ readonly model: Json; readonly created: boolean }> {
    const model = objectOf(body);
    if (names.length === 0) throw new Refusal(400, "the folder that is served can't be written");
    const file = await this.root.file(names);
    // One after the other: of two tabs that began with the same file, the second one must hear of the first.
    const saved = (this.#saving.get(file) ?? Promise.resolve()).then(() => this.#saveNow(names, file, model));
    const settled = saved.catch(() => {});
    this.#saving.set(file, settled);
    void settled.then(() => this.#saving.get(file) === settled && this.#saving.delete(file));
    return saved;
  }

  async #saveNow(
    names: Names,
    file: string,
    model: Json,
  ): Promise<{ readonly model: Json; readonly created: boolean }> {
    const path = names.join("/");
    const before = await stat(file).catch(() => null);
    const type = textOf(model, "type") ?? "file";
    if (type === "directory") return this.#saveFolder(names, file, before);
    if (before?.isDirectory()) throw new Refusal(400, `${JSON.stringify(path)} is a folder`);
    await checkUnchanged(file, path, before, model);
    await this.#folderMustExist(names);
    if (model["chunk"] !== undefined && model["chunk"] !== null) {
      if (!(await this.#saveChunk(file, model))) return { model: chunkModel(names), created: false };
    } else if (type === "notebook") {
      await writeWhole(file, await this.#trust.format(notebookOf(model["content"])));
    } else if (type === "file") await writeWhole(file, bytesOf(model));
    else throw new Refusal(400, `"type" is notebook, file or directory, received ${JSON.stringify(type)}`);
    const hash = hashOf(await readFile(file));
    return { model: { ...(await this.#bare(names, type)), ...hash }, created: before === null };
  }

  /** A new file under a name of its own, or a copy. */
  async create(folder: Names, body: unknown): Promise<Json> {
    const model = objectOf(body ?? {});
    const where = await this.root.file(folder);
    if (!(await statOf(where, folder.join("/"))).isDirectory()) throw new Refusal(400, "new files need a folder");
    const source = textOf(model, "copy_from");
    if (source !== undefined) return this.#copy(folder, where, namesOf(source));
    const type = textOf(model, "type") ?? "file";
    const extension = type === "notebook" ? ".ipynb" : type === "file" ? (textOf(model, "ext") ?? ".txt") : "";
    const stem = type === "notebook" ? "Untitled" : type === "file" ? "untitled" : "Untitled Folder";
    const dotted = extension === "" || extension.startsWith(".") ? extension : `.${extension}`;
    const name = await freeName(where, stem, dotted, type === "directory" ? " " : "");
    const names = [...folder, ...namesOf(name)];
    const content = type === "notebook" ? emptyNotebook : "";
    return (await this.save(names, { type, content })).model;
  }

  /** Another name for a file or folder. */
  async move(names: Names, body: unknown): Promise<Json> {
    const path = textOf(objectOf(body), "path");
    if (path === undefined) throw new Refusal(400, '"path" must say the new path');
    const target = namesOf(path);
    if (names.length === 0 || target.length === 0) throw new Refusal(400, "the folder that is served can't be moved");
    const [from, to] = [await this.root.file(names), await this.root.file(target)];
    const stats = await statOf(from, names.join("/"));
    await this.#folderMustExist(target);
    if (from !== to) {
      const there = await stat(to).catch(() => null);
      // On a file system that ignores case, a change of case finds the file itself.
      if (there && (there.ino !== stats.ino || there.dev !== stats.dev))
        throw new Refusal(409, `${JSON.stringify(path)} exists already`);
      await rename(from, to);
      if (!stats.isDirectory()) await moveCheckpoint(from, to);
    }
    return this.#bare(target);
  }

  async remove(names: Names): Promise<void> {
    if (names.length === 0) throw new Refusal(400, "the folder that is served can't be deleted");
    const path = names.join("/");
    const file = await this.root.file(names);
    if ((await statOf(file, path)).isDirectory()) {
      const left = (await readdir(file)).filter((name) => name !== ".ipynb_checkpoints");
      if (left.length > 0) throw new Refusal(400, `the folder ${JSON.stringify(path)} isn't empty`);
      await rm(join(file, ".ipynb_checkpoints"), { recursive: true, force: true });
      return rmdir(file);
    }
    await rm(file);
    await dropCheckpoint(file);
  }

  /** Remembers a notebook as made by this user. */
  async trust(names: Names): Promise<void> {
    const { content } = await this.read(names, { content: true, hash: false, type: "notebook" });
    const notebook = notebookOf(content);
    const cells = notebook.cells.map((cell) => ({
      ...cell,
      metadata: { ...(cell["metadata"] as Json), trusted: true },
    }));
    await writeWhole(await this.root.file(names), await this.#trust.format({ ...notebook, cells }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.values()].map((file) => rm(file, { force: true })));
  }

  async #bare(names: Names, type?: string): Promise<Json> {
    const file = await this.root.file(names);
    const stats = await statOf(file, names.join("/"));
    return bareModel(file, names, stats, type === "file" ? "file" : kindOf(names.at(-1) ?? "", stats));
  }

  async #saveFolder(names: Names, file: string, before: Stats | null) {
    if (before && !before.isDirectory()) throw new Refusal(400, `${JSON.stringify(names.join("/"))} is a file`);
    await this.#folderMustExist(names);
    await mkdir(file, { recursive: true });
    return { model: await this.#bare(names), created: before === null };
  }

  async #folderMustExist(names: Names): Promise<void> {
    const folder = names.slice(0, -1);
    const stats = await stat(await this.root.file(folder)).catch(() => null);
    if (!stats?.isDirectory()) throw new Refusal(404, `there is no folder ${JSON.stringify(folder.join("/"))}`);
  }

  /** Pieces are numbered from 1, the last is -1; true when the file is complete and in its place. */
  async #saveChunk(file: string, model: Json): Promise<boolean> {
    const { chunk } = model;
    if (typeof chunk !== "number" || !Number.isInteger(chunk) || chunk === 0 || chunk < -1)
      throw new Refusal(400, `"chunk" counts from 1, and the last is -1; received ${JSON.stringify(chunk)}`);
    if (chunk === 1) await this.#beginUpload(file);
    const part = this.#uploads.get(file);
    if (part === undefined) throw new Refusal(400, "the upload has no first part");
    await appendFile(part, bytesOf(model));
    if (chunk !== -1) return false;
    this.#uploads.delete(file);
    await replace(part, file);
    return true;
  }

  async #beginUpload(file: string): Promise<void> {
    const drop = async (key: string): Promise<void> => {
      const part = this.#uploads.get(key);
      this.#uploads.delete(key);
      if (part !== undefined) await rm(part, { force: true });
    };
    await drop(file);
    if (this.#uploads.size >= mostUploads) await drop([...this.#uploads.keys()][0] as string);
    this.#uploads.set(file, join(dirname(file), `.weft-${randomUUID()}.part`));
  }

  async #copy(folder: Names, where: string, source: Names): Promise<Json> {
    const file = await this.root.file(source);
    const last = source.at(-1) ?? "";
    if (!(await statOf(file, source.join("/"))).isFile()) throw new Refusal(400, "folders can't be copied");
    const extension = extname(last);
    const name = await freeName(where, last.slice(0, last.length - extension.length), extension, "-Copy", 1);
    await copyFile(file, join(where, name));
    return this.#bare([...folder, name]);
  }
}

/** The file is what the front end last saw of it, as far as it says what that was. */
async function checkUnchanged(file: string, path: string, before: Stats | null, model: Json): Promise<void> {
  const hash = textOf(model, "hash");
  const modified = textOf(model, "last_modified");
  if (!before || (hash === undefined && modified === undefined)) return;
  const same =
    hash === undefined
      ? Math.abs(Date.parse(modified as string) - before.mtimeMs) < 2
      : hashOf(await readFile(file)).hash === hash;
  if (!same) throw new Refusal(409, `${JSON.stringify(path)} has changed on disk since it was read`);
}

/** A part of an upload has no file yet. */
function chunkModel(names: Names): Json {
  const now = new Date().toISOString();
  const name = names.at(-1);
  const none = { size: null, mimetype: null, format: null, content: null, hash: null, hash_algorithm: null };
  return { name, path: names.join("/"), type: "file", created: now, last_modified: now, writable: true, ...none };
}

async function freeName(folder: string, stem: string, extension: string, join: string, first = 0): Promise<string> {
  const taken = new Set((await readdir(folder)).map((name) => name.toLowerCase()));
  for (let i = first; ; i++) {
    const name = i === 0 ? `${stem}${extension}` : `${stem}${join}${i}${extension}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
