// What the kernel says of itself.

export interface LanguageInfo {
  readonly banner: string;
  readonly languageInfo: Readonly<Record<string, unknown>>;
}

export function languageInfo(javascript: boolean): LanguageInfo {
  const name = javascript ? "javascript" : "typescript";
  return {
    banner: `Weft: deep learning in notebooks. ${javascript ? "JavaScript" : "TypeScript"} on Node ${process.versions.node}`,
    languageInfo: {
      name,
      version: process.versions.node,
      mimetype: javascript ? "text/javascript" : "text/typescript",
      file_extension: javascript ? ".js" : ".ts",
      pygments_lexer: name,
      codemirror_mode: javascript ? { name: "javascript" } : { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
  };
}
