// A notebook, opened: its document, its kernel, and everything around the cells.

import "../../style/notebook.css";
import type { IYText } from "@jupyter/ydoc";
import { SessionContextDialogs } from "@jupyterlab/apputils";
import type { CodeEditor } from "@jupyterlab/codeeditor";
import {
  CodeMirrorEditorFactory,
  CodeMirrorMimeTypeService,
  EditorExtensionRegistry,
  EditorThemeRegistry,
  type IConfigurableExtension,
  ybinding,
} from "@jupyterlab/codemirror";
import { DocumentManager } from "@jupyterlab/docmanager";
import { DocumentRegistry } from "@jupyterlab/docregistry";
import {
  NotebookModelFactory,
  NotebookPanel,
  NotebookTracker,
  NotebookWidgetFactory,
  runCell,
  StaticNotebook,
  setCellExecutor,
} from "@jupyterlab/notebook";
import { ServiceManager } from "@jupyterlab/services";
import { CommandRegistry } from "@lumino/commands";
import { Widget } from "@lumino/widgets";
import { languages as allLanguages } from "../render/languages.js";
import { rendering } from "../render/rendering.js";
import { serverSettings } from "../server.js";
import { addCommands } from "./commands.js";
import { addCompletion } from "./completion.js";
import { filesOf } from "./files.js";
import { addFind } from "./find.js";
import { frame } from "./frame.js";
import { addMenu } from "./menu.js";
import type { Opened } from "./opened.js";
import { addOutline } from "./outline.js";
import { addStatus } from "./status.js";
import { addToolbar } from "./toolbar.js";
import { addUsage } from "./usage.js";

const autosaveSeconds = 20;

export async function openNotebook(path: string): Promise<void> {
  const settings = serverSettings();
  const services = new ServiceManager({ serverSettings: settings, contents: filesOf(settings), standby: "never" });
  // Says at once what is wrong with the address, which the manager would only tell in a dialog.
  await services.contents.get(path, { content: false });
  setCellExecutor({ runCell });
  const languages = allLanguages();
  const { registry: rendermime, parser } = rendering(languages);
  const dialogs = new SessionContextDialogs();
  const panels: NotebookPanel[] = [];
  const documents = new DocumentManager({
    registry: documentTypes(languages, rendermime),
    manager: services,
    opener: { open: (widget) => panels.push(widget as NotebookPanel), opened: undefined as never },
    sessionDialogs: dialogs,
  });
  documents.autosaveInterval = autosaveSeconds;
  documents.renameUntitledFileOnSave = false;
  documents.lastModifiedCheckMargin = 500;
  const panel = documents.open(path) as NotebookPanel | undefined;
  if (!panel) throw new Error("this isn't a notebook");

  const tracker = new NotebookTracker({ namespace: "notebook" });
  const commands = new CommandRegistry();
  const opened: Opened = {
    path,
    panel,
    commands,
    services,
    dialogs,
    rendermime,
    parser,
    documents,
    tracker,
    frame: frame(panel),
  };
  await tracker.add(panel);
  addCommands(opened);
  addFind(opened);
  addToolbar(opened);
  addMenu(opened);
  addOutline(opened);
  addUsage(opened);
  addStatus(opened);
  document.addEventListener("keydown", (event) => commands.processKeydownEvent(event), true);
  await panel.context.ready;
  panel.content.activeCellIndex = 0;
  panel.content.node.focus();
  addCompletion(opened);
  warnBeforeLeaving(opened);
}

function documentTypes(
  languages: ReturnType<typeof allLanguages>,
  rendermime: NotebookWidgetFactory["rendermime"],
): DocumentRegistry {
  const extensions = new EditorExtensionRegistry();
  const themes = new EditorThemeRegistry();
  for (const one of EditorThemeRegistry.getDefaultThemes()) themes.addTheme(one);
  for (const one of EditorExtensionRegistry.getDefaultExtensions({ themes })) extensions.addExtension(one);
  extensions.addExtension({ name: "shared-model-binding", factory: ({ model }) => bound(model) });
  const editors = new CodeMirrorEditorFactory({ extensions, languages });
  const registry = new DocumentRegistry();
  registry.addModelFactory(new NotebookModelFactory({ disableDocumentWideUndoRedo: true, collaborative: false }));
  registry.addWidgetFactory(
    new NotebookWidgetFactory({
      name: "Notebook",
      modelName: "notebook",
      fileTypes: ["notebook"],
      defaultFor: ["notebook"],
      preferKernel: true,
      canStartKernel: true,
      autoStartDefault: true,
      rendermime,
      contentFactory: new NotebookPanel.ContentFactory({ editorFactory: editors.newInlineEditor }),
      mimeTypeService: new CodeMirrorMimeTypeService(languages),
      notebookConfig: {
        ...StaticNotebook.defaultNotebookConfig,
        windowingMode: "defer",
        scrollPastEnd: false,
      },
      editorConfig: {
        code: {
          ...StaticNotebook.defaultEditorConfig.code,
          autoClosingBrackets: true,
          indentUnit: "2",
          theme: "jupyter",
        },
        markdown: { ...StaticNotebook.defaultEditorConfig.markdown, theme: "jupyter" },
        raw: { ...StaticNotebook.defaultEditorConfig.raw, theme: "jupyter" },
      },
    }),
  );
  return registry;
}

/** What is typed goes into the cell's text, and back; without it an editor only looks as if it had changed. */
function bound(model: CodeEditor.IModel): IConfigurableExtension<unknown> {
  const { ysource, undoManager } = model.sharedModel as IYText;
  const binding = ybinding({ ytext: ysource, undoManager: undoManager ?? undefined });
  return EditorExtensionRegistry.createImmutableExtension(binding);
}

function warnBeforeLeaving({ panel }: Opened): void {
  window.addEventListener("beforeunload", (event) => {
    if (panel.context.model.dirty) event.preventDefault();
  });
  // The tab may be closed while it is hidden.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && panel.context.model.dirty) void panel.context.save().catch(() => {});
  });
  window.addEventListener("resize", () => Widget.prototype.update.call(panel));
}
