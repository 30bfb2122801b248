// Equal kernels have equal keys.

// JSON writes these numbers like others; constants in kernels tell them apart.
const exact = (_: string, value: unknown): unknown =>
  typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? `#${Object.is(value, -0) ? "-0" : value}`
    : value;

/** A text that is the same for values that are the same. */
export const keyOf = (value: unknown): string => JSON.stringify(value, exact);
