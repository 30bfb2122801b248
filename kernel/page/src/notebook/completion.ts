// Completion and tooltips, both asked of the kernel, which knows the types.

import {
  Completer,
  CompleterModel,
  CompletionHandler,
  KernelCompleterProvider,
  ProviderReconciliator,
} from "@jupyterlab/completer";
import { Text } from "@jupyterlab/coreutils";
import { Tooltip } from "@jupyterlab/tooltip";
import type { JSONObject } from "@lumino/coreutils";
import { Widget } from "@lumino/widgets";
import type { Opened } from "./opened.js";

const timeoutMs = 4000;
const completing = ".jp-Notebook.jp-mod-editMode .jp-mod-completer-enabled";

export function addCompletion({ panel, commands, rendermime }: Opened): void {
  const notebook = panel.content;
  const completer = new Completer({ editor: notebook.activeCell?.editor ?? null, model: new CompleterModel() });
  completer.showDocsPanel = false;
  const reconciliator = (): ProviderReconciliator =>
    new ProviderReconciliator({
      context: {
        widget: panel,
        editor: notebook.activeCell?.editor ?? null,
        session: panel.sessionContext.session,
        sanitizer: rendermime.sanitizer,
      },
      providers: [new KernelCompleterProvider()],
      timeout: timeoutMs,
    });
  const handler = new CompletionHandler({ completer, reconciliator: reconciliator() });
  const follow = (): void => {
    handler.editor = notebook.activeCell?.model.type === "code" ? notebook.activeCell.editor : null;
    handler.reconciliator = reconciliator();
  };
  notebook.activeCellChanged.connect(() => {
    follow();
    // Cells out of sight have no editor yet.
    void notebook.activeCell?.ready.then(follow);
  });
  panel.sessionContext.sessionChanged.connect(follow);
  follow();
  completer.hide();
  Widget.attach(completer, document.body);

  commands.addCommand("complete:invoke", { label: "Complete", execute: () => handler.invoke() });
  commands.addKeyBinding({ command: "complete:invoke", keys: ["Tab"], selector: completing });
  commands.addCommand("complete:take", { label: "Take the completion", execute: () => completer.selectActive() });
  commands.addKeyBinding({
    command: "complete:take",
    keys: ["Enter"],
    selector: ".jp-Notebook .jp-mod-completer-active",
  });
  addTooltips({ panel, commands, rendermime });
}

function addTooltips({ panel, commands, rendermime }: Pick<Opened, "panel" | "commands" | "rendermime">): void {
  let shown: Tooltip | null = null;
  const show = async (): Promise<void> => {
    shown?.dispose();
    const { activeCell: cell } = panel.content;
    const kernel = panel.sessionContext.session?.kernel;
    if (!cell?.editor || !kernel) return;
    const { editor } = cell;
    const code = editor.model.sharedModel.getSource();
    const position = editor.getCursorPosition();
    const at = Text.jsIndexToCharIndex(editor.getOffsetAt(position), code);
    const { content } = await kernel.requestInspect({ code, cursor_pos: at, detail_level: 0 });
    if (content.status !== "ok" || !content.found || panel.content.activeCell !== cell) return;
    shown = new Tooltip({ anchor: panel.content, bundle: content.data as JSONObject, editor, rendermime, position });
    Widget.attach(shown, document.body);
  };
  commands.addCommand("tooltip:show", { label: "Types and documentation", execute: show });
  commands.addKeyBinding({
    command: "tooltip:show",
    keys: ["Shift Tab"],
    selector:
      ".jp-Notebook.jp-mod-editMode .jp-CodeCell .jp-InputArea-editor:not(.jp-mod-has-primary-selection):not(.jp-mod-in-leading-whitespace)",
  });
  commands.addCommand("tooltip:hide", { label: "Hide the tooltip", execute: () => shown?.dispose() });
  commands.addKeyBinding({ command: "tooltip:hide", keys: ["Escape"], selector: "body.jp-mod-tooltip .jp-Notebook" });
}
