// Lines of the user's source with a caret, coloured for a traceback.

export const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
export const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;

/** The line (from 1) with a caret below its column (from 1); `length` characters are underlined. */
export function excerpt(source: string, line: number, column: number, length = 1): string[] {
  const text = source.split(/\r?\n/)[line - 1];
  if (text === undefined) return [];
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  const number = String(line).padStart(5);
  // Tabs stay tabs, so that the caret stands below its character.
  const space = shown.slice(0, column - 1).replace(/[^\t]/g, " ");
  const end = Math.max(1, Math.min(length, shown.length - column + 1));
  return [`${dim(`${number} | `)}${shown}`, `${dim(`${" ".repeat(number.length)} | `)}${space}${red("^".repeat(end))}`];
}

/** "cell 4, line 3" or "helper.ts, line 3". */
export function placeText(source: string, line: number): string {
  return `${source}, line ${line}`;
}
