// The libraries that turn text into HTML. One file, so that a package can hold just that much of them.

export { AnsiUp } from "ansi_up";
export { default as highlighter } from "highlight.js/lib/core";
export { default as bash } from "highlight.js/lib/languages/bash";
export { default as javascript } from "highlight.js/lib/languages/javascript";
export { default as json } from "highlight.js/lib/languages/json";
export { default as python } from "highlight.js/lib/languages/python";
export { default as typescript } from "highlight.js/lib/languages/typescript";
export { Marked, type Tokens } from "marked";
export { default as temml } from "temml";
