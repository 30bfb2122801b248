// Anything that describes a figure → plain JSON: typed arrays and ndarrays as lists, null for what JSON can't say.

import { ValueError } from "../graph/errors.js";

const deepest = 32;

/** Raises ValueError for what holds itself. */
export function plain(value: unknown, path = "figure", depth = 0): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "object") return undefined;
  if (depth > deepest)
    throw new ValueError(`${path.slice(0, 60)}… is nested too deeply, or holds itself`, {
      hint: "figures are plain data: { data: [traces], layout }",
    });
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (isNumbers(value)) return Array.from(value, (item: number | bigint) => plain(item));
  if (isGrid(value)) return nested(value);
  if (Array.isArray(value)) return value.map((item, i) => plain(item, `${path}[${i}]`, depth + 1) ?? null);
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item, `${path}.${key}`, depth + 1)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

const isNumbers = (value: object): value is ArrayLike<number> & Iterable<number> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/** An ndarray, as the package of that name makes them. */
interface Grid {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

function isGrid(value: object): value is Grid {
  const { data, shape, stride, offset } = value as Partial<Grid>;
  return typeof data === "object" && Array.isArray(shape) && Array.isArray(stride) && typeof offset === "number";
}

/** Lists of lists. */
function nested({ data, shape, stride, offset }: Grid, axis = 0, at: number = offset): unknown {
  const size = shape[axis];
  if (size === undefined) return plain(data[at]);
  return Array.from({ length: size }, (_, i) =>
    nested({ data, shape, stride, offset }, axis + 1, at + i * (stride[axis] ?? 0)),
  );
}
