// Node's stack of asynchronous work, around the end of a script that computes. Up to Node 23 every AsyncLocalStorage makes Node
// keep this stack, and a terminated callback leaves its entry there: Node would take that for a fault of its own and abort.

/** Under this name the inspector finds what to call before it terminates. */
const name = Symbol.for("weft.beforeTermination");
export const beforeTermination: string = `globalThis[Symbol.for(${JSON.stringify(name.description)})]?.()`;

interface AsyncWrap {
  readonly async_hook_fields: Uint32Array;
  readonly constants: Readonly<Record<string, number>>;
  clearAsyncIdStack(): void;
}

export interface AsyncStack {
  /** Empties the stack after a termination, and lets Node check it again. */
  recover(): void;
  release(): void;
}

export function watchAsyncStack(): AsyncStack {
  const wrap = asyncWrap();
  if (!wrap) return { recover() {}, release() {} };
  const { async_hook_fields: fields, constants } = wrap;
  const checks = constants["kCheck"] as number;
  const totals = constants["kTotals"] as number;
  const hooks = ["kInit", "kBefore", "kAfter", "kDestroy", "kPromiseResolve"].map((kind) => constants[kind] as number);
  let before: number | null = null;
  const prepare = (): void => {
    before ??= fields[checks] as number;
    fields[checks] = 0;
    fields[totals] = 0;
  };
  Object.defineProperty(globalThis, name, { value: prepare, configurable: true });
  return {
    recover() {
      if (before === null) return;
      wrap.clearAsyncIdStack();
      fields[checks] = before;
      fields[totals] = hooks.reduce((sum, kind) => sum + (fields[kind] as number), 0);
      before = null;
    },
    release() {
      Reflect.deleteProperty(globalThis, name);
    },
  };
}

/** Node's own binding, which has the only way to empty the stack; gone since Node 24, where AsyncLocalStorage needs no stack. */
function asyncWrap(): AsyncWrap | null {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding?: (name: string) => AsyncWrap };
    const wrap = binding?.call(process, "async_wrap");
    return wrap?.async_hook_fields ? wrap : null;
  } catch {
    return null;
  } finally {
    process.noDeprecation = noDeprecation ?? false;
  }
}
