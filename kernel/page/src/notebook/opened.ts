// What the parts of the page around a notebook share.

import type { SessionContextDialogs } from "@jupyterlab/apputils";
import type { IDocumentManager } from "@jupyterlab/docmanager";
import type { NotebookPanel, NotebookTracker } from "@jupyterlab/notebook";
import type { IRenderMime, RenderMimeRegistry } from "@jupyterlab/rendermime";
import type { ServiceManager } from "@jupyterlab/services";
import type { CommandRegistry } from "@lumino/commands";
import type { Frame } from "./frame.js";

export interface Opened {
  readonly path: string;
  readonly panel: NotebookPanel;
  readonly commands: CommandRegistry;
  readonly services: ServiceManager;
  readonly dialogs: SessionContextDialogs;
  readonly rendermime: RenderMimeRegistry;
  readonly parser: IRenderMime.IMarkdownParser;
  readonly documents: IDocumentManager;
  readonly tracker: NotebookTracker;
  readonly frame: Frame;
}
