// The server's files as a notebook's text names them: pictures as they are, notebooks as pages.

import { PathExt } from "@jupyterlab/coreutils";
import { ContentsManager, Drive, type ServerConnection } from "@jupyterlab/services";
import { notebookUrl } from "../server.js";

class Files extends Drive {
  override async getDownloadUrl(path: string): Promise<string> {
    return PathExt.extname(path) === ".ipynb" ? notebookUrl(path) : super.getDownloadUrl(path);
  }
}

export function filesOf(serverSettings: ServerConnection.ISettings): ContentsManager {
  return new ContentsManager({ serverSettings, defaultDrive: new Files({ serverSettings }) });
}
