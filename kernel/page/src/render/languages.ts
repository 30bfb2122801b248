// Languages that cells and code in text are coloured in.

import { EditorLanguageRegistry } from "@jupyterlab/codemirror";

export function languages(): EditorLanguageRegistry {
  const registry = new EditorLanguageRegistry();
  const script = async (options: object) => (await import("@codemirror/lang-javascript")).javascript(options);
  registry.addLanguage({
    name: "typescript",
    displayName: "TypeScript",
    alias: ["ts"],
    mime: ["text/typescript", "application/typescript", "text/x-typescript"],
    extensions: ["ts", "mts"],
    load: () => script({ typescript: true }),
  });
  registry.addLanguage({
    name: "javascript",
    displayName: "JavaScript",
    alias: ["js", "ecmascript"],
    mime: ["text/javascript", "application/javascript"],
    extensions: ["js", "mjs"],
    load: () => script({}),
  });
  registry.addLanguage({
    name: "python",
    displayName: "Python",
    mime: ["text/x-python", "text/x-ipython"],
    extensions: ["py"],
    load: async () => (await import("@codemirror/lang-python")).python(),
  });
  registry.addLanguage({
    name: "json",
    displayName: "JSON",
    mime: ["application/json"],
    extensions: ["json"],
    load: async () => (await import("@codemirror/lang-json")).json(),
  });
  registry.addLanguage({
    name: "html",
    displayName: "HTML",
    mime: ["text/html"],
    extensions: ["html"],
    load: async () => (await import("@codemirror/lang-html")).html(),
  });
  registry.addLanguage({
    name: "css",
    displayName: "CSS",
    mime: ["text/css"],
    extensions: ["css"],
    load: async () => (await import("@codemirror/lang-css")).css(),
  });
  registry.addLanguage({
    name: "ipythongfm",
    displayName: "Markdown",
    alias: ["markdown", "md"],
    mime: ["text/x-ipythongfm", "text/x-markdown", "text/x-gfm", "text/markdown"],
    extensions: ["md"],
    load: async () => (await import("@codemirror/lang-markdown")).markdown(),
  });
  return registry;
}
