// Paths as front ends write them to files below one folder: nothing outside of it can be named, whatever the spelling or links.

import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { Refusal } from "../refusal.js";

/** Where Windows opens a device whatever the folder and ending. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const control = /[\u0000-\u001f\u007f]/;
const longestNameBytes = 255;

/** Says why a name can't be one of a file or folder; null when it can. */
export function faultOf(name: string, platform: string = process.platform): string | null {
  if (name === "" || name === "." || name === "..") return "a path may not leave the folder that is served";
  if (/[/\\]/.test(name)) return "a name may not hold a slash or backslash";
  if (control.test(name)) return "a name may not hold control characters";
  if (name.startsWith(".")) return "hidden files and folders aren't served";
  if (/^[a-z]:$/i.test(name)) return "a path may not name a drive";
  if (device.test(name)) return "the name belongs to a device of Windows";
  if (Buffer.from(name).toString() !== name) return "a name must be well-formed Unicode";
  if (Buffer.byteLength(name) > longestNameBytes) return `a name may have ${longestNameBytes} bytes`;
  if (platform === "win32" && /[<>:"|?*]|[. ]$/.test(name)) return "Windows doesn't know such names";
  return null;
}

/** The names along a path that is written as it is, with slashes. */
export function namesOf(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  for (const name of names) {
    const fault = faultOf(name);
    if (fault) throw new Refusal(400, `${JSON.stringify(name)}: ${fault}`);
  }
  return names;
}

/** The names along a path of a URL, percent-encoded name by name. */
export function namesOfUrl(path: string): string[] {
  const names = path.split("/").map((name) => {
    try {
      return decodeURIComponent(name);
    } catch {
      throw new Refusal(400, `${JSON.stringify(name)} isn't encoded as a URL demands`);
    }
  });
  // An encoded slash would pass for a separator from here on.
  if (names.some((name) => name.includes("/"))) throw new Refusal(400, "a name may not hold a slash or backslash");
  return namesOf(names.join("/"));
}

/** The folder that is served. */
export class Root {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<Root> {
    return new Root(await realpath(resolve(folder)));
  }

  /** The file of a path; whether it exists remains to be seen, where it lies doesn't. */
  async file(names: readonly string[]): Promise<string> {
    const wanted = join(this.folder, ...names);
    const real = await realOrParent(wanted);
    const way = relative(this.folder, real);
    if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way))
      throw new Refusal(400, `${JSON.stringify(names.join("/"))}: a link leads out of the folder that is served`);
    return real;
  }
}

/** All links followed; of a file that is yet to be, those of the folders above. */
async function realOrParent(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") throw new Refusal(404, "there is a file where the path needs a folder");
    if (code !== "ENOENT" || dirname(file) === file) throw error;
  }
  const link = await lstat(file).catch(() => null);
  if (link) throw new Refusal(400, "a link leads to nowhere");
  return join(await realOrParent(dirname(file)), basename(file));
}
