// The patterns of SQLite's GLOB, in which front ends search the history: `*`, `?`, `[abc]`, `[^a-z]`.

type Part = "any" | ((character: string) => boolean);

/** True when the whole text fits. Takes at most the product of both lengths, whatever the pattern. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = parse(pattern);
  return (text) => {
    const characters = [...text];
    let at = 0;
    let part = 0;
    // Where to go on when what follows the last `*` doesn't fit: that `*` takes one character more.
    let star = -1;
    let starAt = 0;
    while (at < characters.length) {
      const current = parts[part];
      if (current === "any") {
        star = part++;
        starAt = at;
      } else if (current?.(characters[at] as string)) {
        at++;
        part++;
      } else if (star >= 0) {
        at = ++starAt;
        part = star + 1;
      } else return false;
    }
    while (parts[part] === "any") part++;
    return part === parts.length;
  };
}

function parse(pattern: string): Part[] {
  const characters = [...pattern];
  const parts: Part[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const end = character === "[" ? classEnd(characters, i) : -1;
    if (character === "*") {
      if (parts.at(-1) !== "any") parts.push("any");
    } else if (character === "?") parts.push(() => true);
    else if (end > 0) {
      parts.push(characterClass(characters.slice(i + 1, end)));
      i = end;
    } else parts.push((other) => other === character);
  }
  return parts;
}

/** Index of the bracket that closes the class; a bracket right at its start is one of its characters. */
function classEnd(characters: readonly string[], start: number): number {
  const first = characters[start + 1] === "^" ? start + 2 : start + 1;
  return characters.indexOf("]", first + 1);
}

function characterClass(inside: readonly string[]): (character: string) => boolean {
  const inverted = inside[0] === "^";
  const members = inverted ? inside.slice(1) : inside;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < members.length; i++) {
    const from = members[i] as string;
    const to = members[i + 1] === "-" ? members[i + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) i += 2;
  }
  const code = (character: string): number => character.codePointAt(0) as number;
  return (character) =>
    ranges.some(([from, to]) => code(from) <= code(character) && code(character) <= code(to)) !== inverted;
}
