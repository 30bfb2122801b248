// KaTeX and its fonts, as one part of the bundle.

import "katex/dist/katex.min.css";
import render from "katex/contrib/auto-render";

export default render;
