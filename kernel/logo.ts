// The kernel's mark: threads of a weave, over and under.

const size = 64;
const bands = [10, 27, 44];
const width = 10;

/** An SVG of 64 by 64. The weft's colour tells the languages apart. */
export function logo(javascript: boolean): string {
  const warp = "#2f4b6e";
  const weft = javascript ? "#d9a400" : "#3178c6";
  const bar = (x: number, y: number, w: number, h: number, fill: string): string =>
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="2" fill="${fill}"/>`;
  const vertical = bands.map((x) => bar(x, 4, width, size - 8, warp));
  const horizontal = bands.map((y) => bar(4, y, size - 8, width, weft));
  // Where the warp lies on top.
  const over = bands.flatMap((x, i) =>
    bands.filter((_, j) => (i + j) % 2 === 0).map((y) => bar(x, y - 3, width, width + 6, warp)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}">${[...vertical, ...horizontal, ...over].join("")}</svg>\n`;
}
