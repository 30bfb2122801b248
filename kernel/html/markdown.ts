// Markdown as notebooks write it, with formulas, as HTML: formulas become MathML, which browsers draw by themselves.

import { escapeHtml } from "../display/escape.js";
import { codeHtml } from "./code.js";
import { Marked, type Tokens, temml } from "./libraries.js";

const display = [/^\$\$([\s\S]+?)\$\$/, /^\\\[([\s\S]+?)\\\]/, /^(\\begin\{([a-z]+\*?)\}[\s\S]+?\\end\{\2\})/];
// A price is none: a formula begins and ends without a space, and no digit follows.
const inline = [/^\$(?!\s)((?:\\[\s\S]|[^$\\])+?)(?<!\s)\$(?!\d)/, /^\\\(([\s\S]+?)\\\)/];

function mathToken(source: string, rules: readonly RegExp[], type: string) {
  for (const rule of rules) {
    const [raw, text] = rule.exec(source) ?? [];
    if (raw !== undefined && text !== undefined) return { type, raw, text };
  }
  return undefined;
}

function mathHtml(text: string, displayMode: boolean): string {
  return temml.renderToString(text, { displayMode, throwOnError: false, trust: false });
}

/** Where a formula may begin, so that text before it ends there. */
const startOf =
  (begin: RegExp) =>
  (source: string): number | undefined => {
    const at = source.search(begin);
    return at < 0 ? undefined : at;
  };

const marked = new Marked({
  gfm: true,
  extensions: [
    {
      name: "displayMath",
      level: "block",
      // Of a line, else it is part of a paragraph.
      start: startOf(/(?<=\n)(\$\$|\\\[|\\begin\{)/),
      tokenizer: (source: string) => mathToken(source, display, "displayMath"),
      renderer: ({ text }: Tokens.Generic) => `<p>${mathHtml(String(text), true)}</p>\n`,
    },
    {
      name: "math",
      level: "inline",
      start: startOf(/\$|\\\(|\\\[|\\begin\{/),
      tokenizer: (source: string) => mathToken(source, display, "mathInLine") ?? mathToken(source, inline, "math"),
      renderer: ({ text }: Tokens.Generic) => mathHtml(String(text), false),
    },
    { name: "mathInLine", level: "inline", renderer: ({ text }: Tokens.Generic) => mathHtml(String(text), true) },
  ],
  renderer: {
    code: ({ text, lang = "" }: Tokens.Code) => `<pre><code>${codeHtml(text, languageOf(lang))}</code></pre>\n`,
    heading({ tokens, depth, text }: Tokens.Heading) {
      // As JupyterLab makes them, so that links within a notebook work.
      const id = escapeHtml(text.replaceAll(/[`*]/g, "").trim().replaceAll(" ", "-"));
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
  },
});

export function markdownHtml(text: string): string {
  return marked.parse(text, { async: false });
}

function languageOf(info: string): string {
  const [name = ""] = info.trim().split(/\s/);
  return { ts: "typescript", js: "javascript", py: "python", sh: "bash" }[name] ?? name;
}
