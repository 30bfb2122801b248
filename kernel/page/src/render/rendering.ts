// How outputs and text are shown: JupyterLab's renderers, and this page's own for figures, HTML and formulas.

import type { EditorLanguageRegistry } from "@jupyterlab/codemirror";
import { createMarkdownParser } from "@jupyterlab/markedparser-extension";
import { type IRenderMime, RenderMimeRegistry, standardRendererFactories } from "@jupyterlab/rendermime";
import { htmlRenderer } from "./html.js";
import { maths } from "./maths.js";
import { plotlyRenderer } from "./plotly.js";

export interface Rendering {
  readonly registry: RenderMimeRegistry;
  readonly parser: IRenderMime.IMarkdownParser;
}

export function rendering(languages: EditorLanguageRegistry): Rendering {
  const parser = createMarkdownParser(languages, { blocks: [] });
  const registry = new RenderMimeRegistry({
    initialFactories: standardRendererFactories.filter(({ mimeTypes }) => !mimeTypes.includes("text/html")),
    latexTypesetter: maths,
    markdownParser: parser,
  });
  registry.addFactory(plotlyRenderer);
  registry.addFactory(htmlRenderer);
  return { registry, parser };
}
