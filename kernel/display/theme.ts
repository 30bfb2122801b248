// How pictures write their text and draw their grids; colours of series are in lib/show/palette.ts. Those of standing pictures read on white and on black, as a saved picture doesn't know the page it is on.

import { textGray } from "../../lib/show/palette.js";

/** With what a picture writes its text and draws its grid. */
export interface Ink {
  readonly text: string;
  readonly grid: string;
  readonly gridOpacity: number;
  readonly font: string;
  /** Opacity of what is said in passing. */
  readonly fine: number;
  /** Behind what covers other lines. */
  readonly paper: string;
}

/** Pictures that stand alone, in files or `<img>`. */
export const staticInk: Ink = {
  text: textGray,
  grid: textGray,
  gridOpacity: 0.25,
  font: "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif",
  fine: 1,
  paper: "none",
};

/** Pictures that are part of a page follow its text. */
export const pageInk: Ink = {
  text: "currentColor",
  grid: "currentColor",
  gridOpacity: 0.15,
  font: "var(--jp-ui-font-family, system-ui, sans-serif)",
  fine: 0.85,
  // VS Code has both, and JupyterLab's is white there whatever its theme.
  paper: "var(--vscode-editor-background, var(--jp-layout-color0, none))",
};
