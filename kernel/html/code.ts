// Code and terminal text as HTML.

import { escapeHtml } from "../display/escape.js";
import { AnsiUp, bash, highlighter, javascript, json, python, typescript } from "./libraries.js";

highlighter.registerLanguage("typescript", typescript);
highlighter.registerLanguage("javascript", javascript);
highlighter.registerLanguage("json", json);
highlighter.registerLanguage("python", python);
highlighter.registerLanguage("bash", bash);

/** Languages that aren't known stay plain. */
export function codeHtml(code: string, language: string): string {
  if (!highlighter.getLanguage(language)) return escapeHtml(code);
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}

/** Colours of terminals, by class: a page may be light or dark. */
export function ansiHtml(text: string): string {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  return ansi.ansi_to_html(text);
}
