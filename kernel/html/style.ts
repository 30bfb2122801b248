// How an exported notebook looks, in light and dark. Names of variables are JupyterLab's: outputs use them.

export const style: string = `
:root {
  color-scheme: light dark;
  --ink: #1f2328; --fine: #59636e; --paper: #fff; --code: #f6f8fa; --line: #d1d9e0; --link: #0969da;
  --red: #c6293a; --green: #1a7f37; --yellow: #8a6100; --blue: #0969da; --magenta: #8250df; --cyan: #1b7c83;
  --keyword: #a0208f; --string: #0a6640; --number: #0550ae; --title: #6639ba;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --fine: #9198a1; --paper: #0d1117; --code: #161b22; --line: #3d444d; --link: #4493f8;
    --red: #ff7b72; --green: #56d364; --yellow: #e3b341; --blue: #79c0ff; --magenta: #d2a8ff; --cyan: #56d4dd;
    --keyword: #ff7bd5; --string: #7ee2a8; --number: #79c0ff; --title: #d2a8ff;
  }
}
:root {
  --jp-ui-font-family: system-ui, sans-serif; --jp-content-font-family: system-ui, sans-serif;
  --jp-code-font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --jp-layout-color0: var(--paper); --jp-layout-color1: var(--paper); --jp-layout-color2: var(--code);
  --jp-content-font-color1: var(--ink); --jp-ui-font-color1: var(--ink); --jp-ui-font-color2: var(--fine);
  --jp-border-color1: var(--line); --jp-border-color2: var(--line); --jp-brand-color1: var(--link);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--jp-ui-font-family); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 .6em; }
main > .text:first-child h1:first-child { margin-top: 0; }
a { color: var(--link); }
img, svg { max-width: 100%; height: auto; }
pre, code { font-family: var(--jp-code-font-family); font-size: .875rem; line-height: 1.45; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.text pre, .input { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; overflow-x: auto; }
.text :not(pre) > code { background: var(--code); padding: .1em .35em; border-radius: 4px; }
.text pre { margin: 1em 0; }
blockquote { margin: 1em 0; padding: 0 1em; border-left: .25em solid var(--line); color: var(--fine); }
table { border-collapse: collapse; margin: .8em 0; font-size: .9rem; }
th, td { padding: .3em .8em; border-bottom: 1px solid var(--line); }
.cell { margin: 1.2rem 0; }
.cell > .count { float: left; width: 3.2rem; margin-left: -3.7rem; padding-top: .75rem; text-align: right; color: var(--fine); font: .75rem var(--jp-code-font-family); }
@media (max-width: 70rem) { .cell > .count { display: none; } }
.outputs { padding: .5rem .9rem 0; overflow-x: auto; }
.outputs > div { margin: .4rem 0; }
.outputs .stderr, .outputs .error { border-left: 3px solid var(--red); padding-left: .7rem; }
.figure { width: 100%; }
math { font-size: 1.1em; }
math[display="block"] { display: block; overflow-x: auto; }
.hljs-keyword, .hljs-built_in, .hljs-literal { color: var(--keyword); }
.hljs-string, .hljs-regexp { color: var(--string); }
.hljs-number { color: var(--number); }
.hljs-title, .hljs-attr { color: var(--title); }
.hljs-comment { color: var(--fine); font-style: italic; }
.ansi-red-fg, .ansi-bright-red-fg { color: var(--red); } .ansi-green-fg, .ansi-bright-green-fg { color: var(--green); }
.ansi-yellow-fg, .ansi-bright-yellow-fg { color: var(--yellow); } .ansi-blue-fg, .ansi-bright-blue-fg { color: var(--blue); }
.ansi-magenta-fg, .ansi-bright-magenta-fg { color: var(--magenta); } .ansi-cyan-fg, .ansi-bright-cyan-fg { color: var(--cyan); }
.ansi-bright-black-fg { color: var(--fine); }
@media print { .input, .text pre { break-inside: avoid; } }
`;
