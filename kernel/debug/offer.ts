// What the thread of the cells offers a debugger: under one name of its global object, so that the inspector finds it, also while
// the thread is paused.

type Bundle = Record<string, unknown>;

export interface Offer {
  /** What cells have declared. */
  readonly scope: Record<string, unknown>;
  /** How a value is shown, by MIME type. */
  bundle(value: unknown): Bundle | Promise<Bundle>;
  /** A new name that later cells see. */
  keep(name: string, value: unknown): void;
}

const name = Symbol.for("weft.debug");

/** An expression of what `offerDebugging` put there. */
export const offered: string = `globalThis[Symbol.for(${JSON.stringify(name.description)})]`;

const listeners = new Set<() => void>();

/** Calls `listener` when a debugger has paused the cells' thread, whose timers wait then, until the returned function is called. */
export function onPause(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Until the returned function is called. */
export function offerDebugging(offer: Offer): () => void {
  let exposed: string[] = [];
  const conceal = (): void => {
    for (const one of exposed) Reflect.deleteProperty(globalThis, one);
    exposed = [];
  };
  const target = {
    /** Names and values, without what can't be read. */
    variables(): Record<string, unknown> {
      const found: Record<string, unknown> = Object.create(null);
      for (const key of Object.keys(offer.scope)) {
        try {
          found[key] = offer.scope[key];
        } catch {
          // Its cell ended before the declaration.
        }
      }
      return found;
    },
    /** Cells' names become global ones, so that expressions find them behind a frame's own variables. */
    expose(): void {
      conceal();
      exposed = Object.keys(offer.scope).filter((key) => !(key in globalThis));
      for (const key of exposed)
        Object.defineProperty(globalThis, key, {
          get: () => offer.scope[key],
          set: (value: unknown) => {
            offer.scope[key] = value;
          },
          configurable: true,
        });
    },
    conceal,
    paused(): void {
      for (const listener of listeners) listener();
    },
    keep: (key: string, value: unknown) => offer.keep(key, value),
    bundle: (value: unknown) => offer.bundle(value),
  };
  Object.defineProperty(globalThis, name, { value: target, configurable: true });
  return () => Reflect.deleteProperty(globalThis, name);
}
