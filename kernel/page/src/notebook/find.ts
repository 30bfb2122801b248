// Find and replace in all cells: JupyterLab's.

import { SearchDocumentModel, SearchDocumentView } from "@jupyterlab/documentsearch";
import { NotebookSearchProvider } from "@jupyterlab/notebook";
import { nullTranslator } from "@jupyterlab/translation";
import type { Opened } from "./opened.js";

const debounceMs = 200;

export function addFind({ panel, commands }: Opened): void {
  let view: SearchDocumentView | null = null;
  let model: SearchDocumentModel | null = null;
  const make = (): SearchDocumentView => {
    model = new SearchDocumentModel(new NotebookSearchProvider(panel, nullTranslator), debounceMs);
    const made = new SearchDocumentView(model);
    made.closed.connect(() => {
      view = null;
      void model?.endQuery();
      model = null;
      panel.content.node.focus();
    });
    panel.contentHeader.addWidget(made);
    return made;
  };
  const show = (): SearchDocumentView => {
    view ??= make();
    const chosen = panel.content.activeCell?.editor?.getSelection();
    void chosen;
    view.focusSearchInput();
    return view;
  };
  const add = (id: string, label: string, key: string, execute: () => unknown): void => {
    commands.addCommand(id, { label, execute });
    commands.addKeyBinding({ command: id, keys: [key], selector: "body" });
  };
  add("find:show", "Find…", "Accel F", () => void show());
  add("find:replace", "Find and replace…", "Accel Shift F", () => show().showReplace());
  add("find:next", "Next match", "Accel G", () => model?.highlightNext());
  add("find:previous", "Previous match", "Accel Shift G", () => model?.highlightPrevious());
}
