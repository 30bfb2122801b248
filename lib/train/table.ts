// Tables as the library Rich draws them for Keras's summaries: fixed column widths, words wrapped into cells, lines cut at the
// console's width.

export interface Column {
  readonly header: string;
  readonly align: "left" | "right" | "center";
  /** Width asked for; the table shrinks columns evenly until all fit. */
  readonly width: number;
}

/** Lines of a table of `width` characters. */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = shrink(
    columns.map((column) => column.width + 2),
    width - columns.length - 1,
  );
  const rule = (left: string, fill: string, cross: string, right: string): string =>
    left + widths.map((w) => fill.repeat(w)).join(cross) + right;
  const row = (cells: readonly string[], edge: string): string[] => {
    const wrapped = columns.map((column, i) => wrap(cells[i] ?? "", (widths[i] as number) - 2, column.align));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = wrapped.map((lines, i) => ` ${lines[line] ?? " ".repeat((widths[i] as number) - 2)} `);
      return edge + parts.join(edge) + edge;
    });
  };
  const lines = [
    rule("┏", "━", "┳", "┓"),
    ...row(
      columns.map((column) => column.header),
      "┃",
    ),
    rule("┡", "━", "╇", "┩"),
  ];
  rows.forEach((cells, i) => {
    if (i > 0) lines.push(rule("├", "─", "┼", "┤"));
    lines.push(...row(cells, "│"));
  });
  lines.push(rule("└", "─", "┴", "┘"));
  return lines;
}

/** Takes what is too much evenly from all columns, the remainder from those in front as rounding to even has it. */
function shrink(widths: readonly number[], room: number): number[] {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  if (excess <= 0) return [...widths];
  return widths.map((width, i) => {
    const share = Math.min(width, roundHalfEven(excess / (widths.length - i)));
    excess -= share;
    return width - share;
  });
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** A cell's lines: broken between words, each cut with an ellipsis when a word is too long, and padded to `width`. */
export function wrap(text: string, width: number, align: Column["align"]): string[] {
  return breakLines(text, width).map((line) => {
    const cut = align === "left" ? line : line.trimEnd();
    const trimmed = cut.length > width ? cut.trimEnd() : cut;
    const fitted = trimmed.length > width ? `${trimmed.slice(0, Math.max(0, width - 1))}…` : trimmed;
    const space = width - fitted.length;
    const left = align === "right" ? space : align === "center" ? Math.floor(space / 2) : 0;
    return " ".repeat(left) + fitted + " ".repeat(space - left);
  });
}

function breakLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/\s*\S+\s*/g) ?? [""]) {
    if (line && width - line.length < word.trimEnd().length) {
      lines.push(line);
      line = "";
    }
    line += word;
  }
  return [...lines, line];
}
