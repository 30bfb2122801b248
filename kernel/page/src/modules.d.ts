declare module "*.css";
declare module "*.svg" {
  const text: string;
  export default text;
}
declare module "plotly.js-strict-dist-min" {
  const plotly: object;
  export default plotly;
}
declare module "katex/contrib/auto-render" {
  export default function render(element: HTMLElement, options: object): void;
}
declare module "path-browserify" {
  const path: Record<"resolve" | "relative", (...parts: string[]) => string>;
  export default path;
}

/** Of V8, which the library also meets in Node. */
interface ErrorConstructor {
  stackTraceLimit: number;
}
