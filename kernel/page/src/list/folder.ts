// The list of a folder: notebooks and files in, links and buttons out; and notebooks that are made here.

import { type Contents, ContentsManager, KernelManager, KernelSpecManager, SessionManager } from "@jupyterlab/services";
import { readableBytes } from "../../../../lib/graph/bytes.js";
import { element } from "../element.js";
import { fileUrl, folderUrl, notebookUrl, serverSettings } from "../server.js";
import { ago } from "./words.js";

const settings = serverSettings();
const contents = new ContentsManager({ serverSettings: settings });
const specs = new KernelSpecManager({ serverSettings: settings });
const kernels = new KernelManager({ serverSettings: settings });
const sessions = new SessionManager({ serverSettings: settings, kernelManager: kernels });

export async function openFolder(path: string): Promise<void> {
  document.title = path === "" ? "Weft" : `${path} – Weft`;
  const head = element("header", { className: "weft-bar" }, [
    element("a", { href: folderUrl(""), className: "weft-home" }, [
      element("img", { src: "/icon.svg", alt: "", width: 24, height: 24 }),
      "Weft",
    ]),
    ...crumbs(path),
  ]);
  const made = element("div", { className: "weft-new" });
  const said = element("p", { className: "weft-said", role: "status" });
  const table = element("div", { className: "weft-list" });
  document.body.replaceChildren(head, element("main", { className: "weft-folder" }, [made, said, table]));
  const view: View = { path, table, say: (message) => said.replaceChildren(message) };
  await refresh(view);
  await offerNew(made, view);
  sessions.runningChanged.connect(() => void refresh(view));
  window.addEventListener("focus", () => void refresh(view));
}

interface View {
  readonly path: string;
  readonly table: HTMLElement;
  say(message: string): void;
}

function crumbs(path: string): HTMLElement[] {
  const names = path === "" ? [] : path.split("/");
  return names.map((name, i) =>
    element("a", { href: folderUrl(names.slice(0, i + 1).join("/")), className: "weft-crumb" }, [name]),
  );
}

async function refresh(view: View): Promise<void> {
  const model = await contents.get(view.path, { content: true });
  const entries = [...(model.content as Contents.IModel[])].sort(order);
  const running = new Map([...sessions.running()].map((session) => [session.path, session.id]));
  view.table.replaceChildren(
    ...(entries.length === 0 ? [element("p", { className: "weft-empty" }, ["There are no notebooks here yet."])] : []),
    ...entries.map((entry) => row(entry, running.get(entry.path), view)),
  );
}

/** Folders, notebooks, other files; each by name, with numbers as numbers. */
function order(a: Contents.IModel, b: Contents.IModel): number {
  const ranks: Record<string, number> = { directory: 0, notebook: 1 };
  const rank = (one: Contents.IModel): number => ranks[one.type] ?? 2;
  return rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true });
}

function row(entry: Contents.IModel, session: string | undefined, view: View): HTMLElement {
  const isFolder = entry.type === "directory";
  const href = isFolder
    ? folderUrl(entry.path)
    : entry.type === "notebook"
      ? notebookUrl(entry.path)
      : fileUrl(entry.path);
  const link = element("a", { href, className: `weft-name weft-${entry.type}` }, [entry.name]);
  const cells: (Node | string)[] = [link];
  if (session !== undefined) {
    cells.push(
      element("span", { className: "weft-running" }, ["running"]),
      button("Shut down", async () => sessions.shutdown(session), view),
    );
  }
  cells.push(
    element("span", { className: "weft-when" }, [ago(entry.last_modified)]),
    element("span", { className: "weft-size" }, [isFolder ? "" : readableBytes(entry.size ?? 0)]),
    element("span", { className: "weft-do" }, isFolder ? [] : actions(entry, view)),
  );
  return element("div", { className: "weft-row" }, cells);
}

function actions(entry: Contents.IModel, view: View): HTMLElement[] {
  return [
    button(
      "Rename",
      async () => {
        const name = prompt("New name", entry.name);
        if (name === null || name === "" || name === entry.name) return;
        await contents.rename(entry.path, view.path === "" ? name : `${view.path}/${name}`);
      },
      view,
    ),
    button("Duplicate", async () => contents.copy(entry.path, view.path), view),
    button(
      "Delete",
      async () => {
        if (confirm(`Delete “${entry.name}”? This can't be undone.`)) await contents.delete(entry.path);
      },
      view,
    ),
  ];
}

function button(label: string, act: () => Promise<unknown>, view: View): HTMLButtonElement {
  const made = element("button", { type: "button" }, [label]);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await act();
      view.say("");
      await refresh(view);
    } catch (error) {
      view.say(error instanceof Error ? error.message : String(error));
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

/** A button for each kernel, the default one first. */
async function offerNew(into: HTMLElement, view: View): Promise<void> {
  await specs.ready;
  const { default: first = "", kernelspecs = {} } = specs.specs ?? {};
  const names = Object.keys(kernelspecs).sort((a, b) => Number(b === first) - Number(a === first));
  for (const name of names) {
    const spec = kernelspecs[name];
    if (!spec) continue;
    const kernelspec = { name, display_name: spec.display_name, language: spec.language };
    into.append(
      button(
        `New ${spec.display_name} notebook`,
        async () => {
          const made = await contents.newUntitled({ path: view.path, type: "notebook" });
          const content = { cells: [], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
          await contents.save(made.path, { type: "notebook", format: "json", content });
          location.assign(notebookUrl(made.path));
        },
        view,
      ),
    );
  }
}
