// Jupyter counts a cursor in Unicode code points, JavaScript's strings in UTF-16 units.

export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let i = 0; i < codePoints && units < text.length; i++)
    units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1;
  return units;
}

export function toCodePoints(text: string, units: number): number {
  let count = 0;
  for (let at = 0; at < Math.min(units, text.length); count++) at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return count;
}
