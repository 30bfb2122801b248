// Names of layers as Keras makes and spells them: numbered ones, and the spellings of classes and options.

const counters = new Map<string, number>();

/** "dense", "dense_1", … as Keras numbers them. */
export function uniqueName(base: string): string {
  const count = counters.get(base) ?? 0;
  counters.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/**
 * Starts the numbering of names again (Keras's clear_session).
 *
 * @example
 * clearNames();
 * dense(1).name; // "dense"
 */
export function clearNames(): void {
  counters.clear();
}

/** Keras's snake case: "Conv2D" → "conv2d", "BatchNormalization" → "batch_normalization", "LSTM" → "lstm". */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** Our spelling of one of Keras's names: "label_smoothing" → "labelSmoothing", "beta_1" → "beta1". */
export const camelOption = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The factory's name of a class: "Conv2DTranspose" → "conv2dTranspose", "LSTM" → "lstm", "SimpleRNN" → "simpleRNN". */
export function camelCase(className: string): string {
  if (/^[A-Z0-9]+$/.test(className)) return className.toLowerCase();
  return className
    .replace(/^([A-Z]+(?=[A-Z][a-z])|[A-Z])/, (first) => first.toLowerCase())
    .replace(/(\d)D(?=$|[A-Z])/, "$1d");
}
