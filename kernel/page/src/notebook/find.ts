// Find and replace in all cells: JupyterLab's, in a box above them.

import { SearchDocumentModel, SearchDocumentView } from "@jupyterlab/documentsearch";
import { NotebookSearchProvider } from "@jupyterlab/notebook";
import { nullTranslator } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";
import type { Opened } from "./opened.js";

const debounceMs = 200;

interface Search {
  readonly view: SearchDocumentView;
  readonly model: SearchDocumentModel;
  readonly provider: NotebookSearchProvider;
}

export function addFind({ panel, commands }: Opened): void {
  let search: Search | null = null;
  const begin = (): Search => {
    const provider = new NotebookSearchProvider(panel, nullTranslator);
    const model = new SearchDocumentModel(provider, debounceMs);
    const view = new SearchDocumentView(model);
    view.closed.connect(() => void end());
    Widget.attach(view, panel.node);
    return { view, model, provider };
  };
  const show = (): Search => {
    const chosen = getSelection()?.toString() ?? "";
    search ??= begin();
    if (chosen !== "" && !chosen.includes("\n")) search.view.setSearchText(chosen);
    search.view.focusSearchInput();
    return search;
  };
  const end = async (): Promise<void> => {
    const ended = search;
    search = null;
    if (!ended) return;
    await ended.model.endQuery();
    ended.view.dispose();
    ended.model.dispose();
    ended.provider.dispose();
    panel.content.node.focus();
  };
  const add = (id: string, label: string, key: string, execute: () => unknown, selector = "body"): void => {
    commands.addCommand(id, { label, execute });
    commands.addKeyBinding({ command: id, keys: [key], selector });
  };
  add("find:show", "Find…", "Accel F", () => void show());
  add("find:replace", "Find and replace…", "Accel Shift F", () => show().view.showReplace());
  add("find:next", "Next match", "Accel G", () => search?.model.highlightNext());
  add("find:previous", "Previous match", "Accel Shift G", () => search?.model.highlightPrevious());
  add("find:end", "Close the search", "Escape", end, ".jp-DocumentSearch-overlay");
}
