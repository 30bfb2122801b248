// The body of the thread that reads and writes HDF5 files: requests in, answers out, in the same order. A damaged file may bring the
// HDF5 library to its knees: then this thread ends, and nothing else.

import fs, { type PathLike } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { relative } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Dataset, File, Group } from "h5wasm/node";
import type { DatasetEntry, GroupEntry, Hdf5Request, Hdf5Setup, Listing } from "./hdf5Protocol.js";
import type { Numbers } from "./modelFile.js";

/** More than any model needs: files that pretend to hold more are damaged or hostile. */
const limits = { depth: 64, entries: 500_000, rank: 32 };
/** The library's own memory. Arrays pass through it in pieces of a few megabytes; it opens damaged files with what they claim. */
const largestMemoryBytes = 2 ** 28;

type Library = typeof import("h5wasm/node");

let library: Library["File"] | null = null;
let file: File | null = null;
/** The one file that the HDF5 library may open: others that a file refers to are none of its business. */
let allowed = "";

/** Loads the library, and gives its code. */
async function load(): Promise<WebAssembly.Module> {
  guardOpen();
  guardMemory();
  const code = keepCode();
  const { File, ready } = await import("./hdf5Library.js");
  const module = await ready;
  // Errors come as exceptions rather than as text on the console.
  module.activate_throwing_error_handler();
  library = File;
  return code();
}

/** Has the next module made of code that is there already, or keeps its code: the function gives it. */
function keepCode(): () => WebAssembly.Module {
  const { instantiate } = WebAssembly;
  let { code } = workerData as Hdf5Setup;
  WebAssembly.instantiate = (async (bytes: Uint8Array<ArrayBuffer>, imports?: WebAssembly.Imports) => {
    code ??= await WebAssembly.compile(bytes);
    return { module: code, instance: await instantiate(code, imports) };
  }) as unknown as typeof instantiate;
  return () => {
    WebAssembly.instantiate = instantiate;
    return code as WebAssembly.Module;
  };
}

function guardOpen(): void {
  const real = fs.openSync;
  fs.openSync = (path: PathLike, ...rest: unknown[]): number => {
    const name = String(path);
    // The library writes its error messages to a temporary file first.
    if (name.endsWith(allowed) || /^\/tmp\/tmpfile_\w{6}$/.test(name))
      return (real as (...values: unknown[]) => number)(path, ...rest);
    throw Object.assign(new Error("only one file may be opened"), { code: "ENOENT" });
  };
  syncBuiltinESMExports();
}

/** Where memory doesn't grow, the library's requests for it fail one by one, which it knows how to tell. */
function guardMemory(): void {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * 2 ** 16 > largestMemoryBytes)
      throw new RangeError("it asks for too much memory");
    return grow.call(this, pages);
  };
}

/** The HDF5 library takes a drive's letter for the name of a folder. */
const plainPath = (path: string): string =>
  process.platform === "win32" ? relative(process.cwd(), path).replaceAll("\\", "/") : path;

function opened(): File {
  if (!file) throw new Error("no file is open");
  return file;
}

async function answer(request: Hdf5Request): Promise<unknown> {
  switch (request.op) {
    case "open": {
      if (!library) throw new Error("the HDF5 library isn't there");
      allowed = plainPath(request.path);
      file = new library(allowed, request.mode);
      if (file.file_id < 0n) throw new Error("it is no HDF5 file");
      return null;
    }
    case "list":
      return list(opened());
    case "group": {
      const group = makeGroup(opened(), request.path);
      for (const [name, value] of Object.entries(request.attributes)) group.create_attribute(name, value);
      return null;
    }
    case "create":
      return create(request.path, request.shape, request.data);
    case "createLarge":
      return createLarge(request);
    case "write":
      return dataset(request.path).write_slice(slices(request.ranges), request.data);
    case "read":
      return read(dataset(request.path), request.ranges);
    case "close":
      file?.close();
      file = null;
      return null;
  }
}

const slices = (ranges: readonly (readonly [number, number])[]): [number, number][] =>
  ranges.map(([from, to]) => [from, to]);

function makeGroup(root: Group, path: string): Group {
  let group = root;
  for (const name of path.split("/").filter((part) => part !== ""))
    group = group.keys().includes(name) ? (group.get(name) as Group) : group.create_group(name);
  return group;
}

const parentOf = (path: string): { group: Group; name: string } => {
  const at = path.lastIndexOf("/");
  return { group: at < 0 ? opened() : (opened().get(path.slice(0, at)) as Group), name: path.slice(at + 1) };
};

const dtypeOf = (data: Numbers): string => (data instanceof Float32Array ? "<f" : "<i");

function create(path: string, shape: readonly number[], data: Numbers): null {
  const { group, name } = parentOf(path);
  group.create_dataset({ name, data, shape: [...shape], dtype: dtypeOf(data) });
  return null;
}

/** A dataset whose numbers come later: made empty, in chunks as large as the pieces, then resized. */
function createLarge({ path, shape, dtype, block }: Extract<Hdf5Request, { op: "createLarge" }>): null {
  const { group, name } = parentOf(path);
  const data = dtype === "float32" ? new Float32Array(0) : new Int32Array(0);
  const made = group.create_dataset({
    name,
    data,
    shape: [0, ...shape.slice(1)],
    maxshape: [...shape],
    chunks: [...block],
    dtype: dtypeOf(data),
  });
  made.resize([...shape]);
  return null;
}

function dataset(path: string): Dataset {
  const found = opened().get(path) as { readonly type?: string } | null;
  if (found?.type !== "Dataset") throw new Error(`${path} is no dataset`);
  return found as unknown as Dataset;
}

function read(from: Dataset, ranges: readonly (readonly [number, number])[]): Numbers {
  const got = (ranges.length === 0 ? from.value : from.slice(slices(ranges))) as unknown;
  const values = typeof got === "number" || typeof got === "bigint" ? [got] : (got as ArrayLike<number | bigint>);
  if (values instanceof Float32Array || values instanceof Int32Array) return values;
  const { type, size } = from.metadata;
  if (type === 1 && size === 2) return Float32Array.from(values as ArrayLike<number>);
  return type === 1
    ? Float32Array.from(values as ArrayLike<number>)
    : Int32Array.from(values as ArrayLike<number>, Number);
}

/** What the file holds, by walking its groups. Links to elsewhere, and arrays kept elsewhere, are refused. */
function list(root: File): Listing {
  const datasets: DatasetEntry[] = [];
  const groups: GroupEntry[] = [];
  const stack: { group: Group; path: string; depth: number }[] = [{ group: root, path: "", depth: 0 }];
  let seen = 0;
  while (stack.length > 0) {
    const { group, path, depth } = stack.pop() as { group: Group; path: string; depth: number };
    if (depth > limits.depth) throw new Error(`its groups are nested more than ${limits.depth} deep`);
    groups.push({ path, attributes: attributesOf(group) });
    for (const name of group.keys()) {
      if (++seen > limits.entries) throw new Error(`it has more than ${limits.entries} entries`);
      const inner = path === "" ? name : `${path}/${name}`;
      const item = group.get(name) as { readonly type?: string } | null;
      if (item?.type === "Group") stack.push({ group: item as unknown as Group, path: inner, depth: depth + 1 });
      else if (item?.type === "Dataset") datasets.push(entryOf(item as unknown as Dataset, inner));
      else throw new Error(`its entry ${inner} is neither a group nor a dataset`);
    }
  }
  return { datasets, groups };
}

function entryOf(item: Dataset, path: string): DatasetEntry {
  const { shape, type, size, virtual_sources: sources, vlen } = item.metadata;
  const refused = sources?.length
    ? "is kept in other files"
    : vlen || (type !== 0 && type !== 1 && type !== 8) || size > 8
      ? "doesn't hold plain numbers"
      : !shape || shape.length > limits.rank || shape.some((length) => !Number.isSafeInteger(length) || length < 0)
        ? "has an impossible shape"
        : undefined;
  return { path, shape: shape ?? [], dtype: type === 1 ? "float32" : "int32", refused };
}

function attributesOf(group: Group): Record<string, string | readonly string[]> {
  const found: Record<string, string | readonly string[]> = {};
  for (const [name, attribute] of Object.entries(group.attrs)) {
    if (attribute.metadata.type !== 3 && attribute.metadata.type !== 9) continue;
    const { value } = attribute;
    if (typeof value === "string") found[name] = value;
    else if (Array.isArray(value)) found[name] = value.map(String);
  }
  return found;
}

// One after the other, and the first when the library is there.
let before: Promise<void> = load().then((ready) => parentPort?.postMessage({ ready }));
parentPort?.on("message", (request: Hdf5Request) => {
  before = before.then(async () => {
    const started = performance.now();
    try {
      const value = await answer(request);
      const transfer = ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : [];
      parentPort?.postMessage({ milliseconds: performance.now() - started, value }, transfer);
    } catch (error) {
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  });
});
