// What can be done with a notebook, by name; and the keys that do it, which are JupyterLab's.

import { toggleComment } from "@codemirror/commands";
import { Dialog, showDialog } from "@jupyterlab/apputils";
import { CodeMirrorEditor } from "@jupyterlab/codemirror";
import { NotebookActions } from "@jupyterlab/notebook";
import { addDownloads } from "./download.js";
import type { Opened } from "./opened.js";

const command = ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus";
const edit = ".jp-Notebook.jp-mod-editMode";
const anywhere = "body";

type Entry = readonly [id: string, label: string, act: () => unknown, ...keys: readonly (readonly [string, string])[]];

export function addCommands(opened: Opened): void {
  for (const [id, label, act, ...keys] of [...file(opened), ...cells(opened), ...running(opened)]) {
    opened.commands.addCommand(id, { label, execute: act });
    for (const [key, selector] of keys)
      opened.commands.addKeyBinding({ command: id, keys: key.split(" + "), selector });
  }
  addDownloads(opened);
}

function file({ panel, commands }: Opened): Entry[] {
  const { context } = panel;
  return [
    // What goes wrong, the document itself shows in a dialog.
    ["document:save", "Save", () => context.save().catch(() => {}), ["Accel S", anywhere]],
    ["document:trust", "Trust this notebook", () => NotebookActions.trust(panel.content)],
    ["help:keys", "Keyboard shortcuts", () => showKeys(), ["Accel Shift H", anywhere], ["H", command]],
  ];

  async function showKeys(): Promise<void> {
    const { keysPanel } = await import("./keys.js");
    await showDialog({
      title: "Keyboard shortcuts",
      body: keysPanel(commands),
      buttons: [Dialog.okButton({ label: "Close" })],
    });
  }
}

function cells({ panel }: Opened): Entry[] {
  const notebook = panel.content;
  const A = NotebookActions;
  const heading = (level: number): Entry => [
    `cell:heading-${level}`,
    `Heading ${level}`,
    () => A.setMarkdownHeader(notebook, level),
    [`${level}`, command],
  ];
  return [
    ["cell:insert-above", "Insert cell above", () => A.insertAbove(notebook), ["A", command]],
    ["cell:insert-below", "Insert cell below", () => A.insertBelow(notebook), ["B", command]],
    ["cell:cut", "Cut cells", () => A.cut(notebook), ["X", command]],
    ["cell:copy", "Copy cells", () => A.copy(notebook), ["C", command]],
    ["cell:paste", "Paste cells below", () => A.paste(notebook, "below"), ["V", command]],
    ["cell:delete", "Delete cells", () => A.deleteCells(notebook), ["D + D", command]],
    ["cell:duplicate", "Duplicate cells", () => A.duplicate(notebook, "belowSelected")],
    ["cell:undo", "Undo a change of cells", () => A.undo(notebook), ["Z", command]],
    ["cell:redo", "Redo a change of cells", () => A.redo(notebook), ["Shift Z", command]],
    ["cell:split", "Split cell", () => A.splitCell(notebook), ["Ctrl Shift -", edit]],
    ["cell:merge", "Merge cells", () => A.mergeCells(notebook), ["Shift M", command]],
    ["cell:merge-above", "Merge with the cell above", () => A.mergeCells(notebook, true), ["Ctrl Backspace", command]],
    ["cell:merge-below", "Merge with the cell below", () => A.mergeCells(notebook), ["Ctrl Shift M", command]],
    ["cell:up", "Move cells up", () => A.moveUp(notebook), ["Ctrl Shift ArrowUp", command]],
    ["cell:down", "Move cells down", () => A.moveDown(notebook), ["Ctrl Shift ArrowDown", command]],
    ["cell:code", "Code", () => A.changeCellType(notebook, "code"), ["Y", command]],
    ["cell:markdown", "Markdown", () => A.changeCellType(notebook, "markdown"), ["M", command]],
    ["cell:raw", "Raw", () => A.changeCellType(notebook, "raw"), ["R", command]],
    ...[1, 2, 3, 4, 5, 6].map(heading),
    [
      "cell:select-above",
      "Select the cell above",
      () => go(() => A.selectAbove(notebook)),
      ["ArrowUp", command],
      ["K", command],
    ],
    [
      "cell:select-below",
      "Select the cell below",
      () => go(() => A.selectBelow(notebook)),
      ["ArrowDown", command],
      ["J", command],
    ],
    [
      "cell:extend-above",
      "Extend selection upwards",
      () => A.extendSelectionAbove(notebook),
      ["Shift ArrowUp", command],
      ["Shift K", command],
    ],
    [
      "cell:extend-below",
      "Extend selection downwards",
      () => A.extendSelectionBelow(notebook),
      ["Shift ArrowDown", command],
      ["Shift J", command],
    ],
    [
      "cell:extend-top",
      "Extend selection to the top",
      () => A.extendSelectionAbove(notebook, true),
      ["Shift Home", command],
    ],
    [
      "cell:extend-bottom",
      "Extend selection to the end",
      () => A.extendSelectionBelow(notebook, true),
      ["Shift End", command],
    ],
    ["cell:select-all", "Select all cells", () => A.selectAll(notebook), ["Accel A", command]],
    ["cell:heading-above", "Insert heading above", () => A.insertSameLevelHeadingAbove(notebook), ["Shift A", command]],
    ["cell:heading-below", "Insert heading below", () => A.insertSameLevelHeadingBelow(notebook), ["Shift B", command]],
    [
      "cell:collapse",
      "Collapse section, or go to its heading",
      () => A.selectHeadingAboveOrCollapseHeading(notebook),
      ["ArrowLeft", command],
    ],
    [
      "cell:expand",
      "Expand section, or go to the next heading",
      () => A.selectHeadingBelowOrExpandHeading(notebook),
      ["ArrowRight", command],
    ],
    [
      "cell:collapse-all",
      "Collapse all sections",
      () => A.collapseAllHeadings(notebook),
      ["Ctrl Shift ArrowLeft", command],
    ],
    ["cell:expand-all", "Expand all sections", () => A.expandAllHeadings(notebook), ["Ctrl Shift ArrowRight", command]],
    ["cell:line-numbers", "Line numbers", () => A.toggleAllLineNumbers(notebook), ["Shift L", command]],
    ["cell:side-by-side", "Outputs beside code", () => A.renderSideBySide(notebook), ["Shift R", command]],
    ["cell:clear", "Clear outputs of cells", () => A.clearOutputs(notebook)],
    ["cell:clear-all", "Clear all outputs", () => A.clearAllOutputs(notebook)],
    ["text:undo", "Undo", () => notebook.activeCell?.editor?.undo(), ["Accel Z", edit]],
    ["text:redo", "Redo", () => notebook.activeCell?.editor?.redo(), ["Accel Shift Z", edit], ["Accel Y", edit]],
    ["text:comment", "Make comments of lines, or code again", () => comment(), ["Accel /", edit]],
    ["mode:command", "Leave the cell's text", () => leave(), ["Escape", edit], ["Ctrl M", edit]],
    ["mode:edit", "Edit the cell", () => enter(), ["Enter", ".jp-Notebook.jp-mod-commandMode .jp-Cell:focus"]],
  ];

  function go(move: () => void): void {
    move();
    void A.focusActiveCell(notebook);
  }

  function comment(): void {
    const editor = notebook.activeCell?.editor;
    if (editor instanceof CodeMirrorEditor) editor.execCommand(toggleComment);
  }

  function leave(): void {
    notebook.mode = "command";
  }

  function enter(): void {
    notebook.mode = "edit";
  }
}

function running({ panel, dialogs }: Opened): Entry[] {
  const { content: notebook, sessionContext: session } = panel;
  const A = NotebookActions;
  /** Keys pressed while the kernel is being started wait for it: JupyterLab would start another, or run nothing. */
  const soon = (act: () => unknown) => async (): Promise<void> => {
    await session.ready;
    await act();
  };
  return [
    ["run:cell", "Run", soon(() => A.run(notebook, session, dialogs)), ["Accel Enter", command], ["Accel Enter", edit]],
    [
      "run:advance",
      "Run and go on",
      soon(() => A.runAndAdvance(notebook, session, dialogs)),
      ["Shift Enter", edit],
      ["Shift Enter", ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus"],
    ],
    [
      "run:insert",
      "Run and insert below",
      soon(() => A.runAndInsert(notebook, session, dialogs)),
      ["Alt Enter", command],
      ["Alt Enter", edit],
    ],
    ["run:all", "Run all", soon(() => A.runAll(notebook, session, dialogs))],
    ["run:above", "Run all above", soon(() => A.runAllAbove(notebook, session, dialogs))],
    ["run:below", "Run this and all below", soon(() => A.runAllBelow(notebook, session, dialogs))],
    ["kernel:interrupt", "Interrupt", () => session.session?.kernel?.interrupt(), ["I + I", command]],
    ["kernel:restart", "Restart", () => dialogs.restart(session), ["0 + 0", command]],
    ["kernel:restart-run-all", "Restart and run all", () => restartAndRun()],
    ["kernel:choose", "Change kernel…", () => dialogs.selectKernel(session)],
    ["kernel:shutdown", "Shut down the kernel", () => session.shutdown()],
  ];

  async function restartAndRun(): Promise<void> {
    if (await dialogs.restart(session)) await A.runAll(notebook, session, dialogs);
  }
}
