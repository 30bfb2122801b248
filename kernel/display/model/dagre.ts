// The library that lays out graphs. One file, so that a package can hold just that much of it.

export { default as dagre } from "@dagrejs/dagre";
