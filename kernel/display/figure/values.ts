// What a figure's description says, whatever a user wrote there: fields are looked at before they are believed.

export type Fields = Readonly<Record<string, unknown>>;

export const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** Numbers between which there is a distance. */
const countable = (value: number): boolean => Math.abs(value) <= 1e300;

export const finite = (value: unknown): number | undefined =>
  typeof value === "number" && countable(value) ? value : undefined;

export const words = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A title is a string, or an object with one; of Plotly's tags only the words are kept. */
export function titleOf(value: unknown): string | undefined {
  const text = words(value) ?? words(fields(value)["text"]);
  return text?.replace(/<br\s*\/?>/gi, " ").replace(/<\/?[a-z][^>]*>/gi, "") || undefined;
}

/** Numbers, also those written as text; null for anything else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return countable(value) ? value : null;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return countable(number) ? number : null;
}

const datePattern = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;

export const isDate = (value: unknown): value is string =>
  typeof value === "string" && datePattern.test(value) && Number.isFinite(Date.parse(value));
