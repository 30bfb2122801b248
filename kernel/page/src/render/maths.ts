// TeX in text and outputs, set by KaTeX, which is loaded with the first formula.

import type { IRenderMime } from "@jupyterlab/rendermime";

const signs = /\$|\\\(|\\\[|\\begin\{/;
const environments = ["equation", "equation*", "align", "align*", "alignat", "alignat*", "gather", "gather*", "CD"];
const delimiters = [
  { left: "$$", right: "$$", display: true },
  { left: "\\[", right: "\\]", display: true },
  { left: "$", right: "$", display: false },
  { left: "\\(", right: "\\)", display: false },
  ...environments.map((name) => ({ left: `\\begin{${name}}`, right: `\\end{${name}}`, display: true })),
];

export const maths: IRenderMime.ILatexTypesetter = {
  async typeset(element: HTMLElement): Promise<void> {
    if (!signs.test(element.textContent ?? "")) return;
    const { default: render } = await import("./katex.js");
    // What it can't set is shown as it was written, in red, with the reason as its title.
    render(element, { delimiters, throwOnError: false, strict: false, trust: false, macros: {} });
  },
};
