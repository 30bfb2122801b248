// The code of a cell that renews one display for twenty seconds.

/** A cell that shows an SVG of so many characters of moving curves, and renews it. */
export function updates(characters) {
  return `import { display } from "weft";
const picture = (step: number) => ({
  [Symbol.for("Jupyter.display")]() {
    let curves = "";
    for (let curve = 0; curves.length < ${characters}; curve++) {
      const points = Array.from({ length: 240 }, (_, i) => \`\${(i * 3.5).toFixed(1)},\${(135 + 120 * Math.sin((i + step) / 20 + curve)).toFixed(1)}\`);
      curves += \`<polyline points="\${points.join(" ")}" fill="none" stroke="#3b82f6"/>\`;
    }
    return { "text/html": \`<svg width="860" height="270">\${curves}</svg>\` };
  },
});
const shown = display(picture(0));
for (let step = 1; step < 200; step++) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  shown.update(picture(step));
}`;
}
