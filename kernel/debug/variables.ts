// What is inside of scopes and values, by number: front ends ask for it level by level.

import type { Runtime } from "node:inspector";
import type { Variable } from "./messages.js";
import type { Target } from "./target.js";
import { valueText } from "./values.js";

type Content = () => Promise<Variable[]>;

interface Named {
  readonly name: string;
  readonly value: Runtime.RemoteObject;
  readonly evaluateName: string;
}

/** Longer lists come in parts. */
const itemsAtMost = 100;

/** Names of the compiler's and the kernel's making. */
const internal = /^(__(scope|run|new|value|tslab)__|__\w*(Binding|Default|Star|Decorate|Initializers|Helper)\w*|this)$/;
const wrapper = new Set(["exports", "require", "module", "__filename", "__dirname", "arguments"]);

/** Some of the items of a list, without the properties that lists inherit. */
const slice = "function (start, count) { return Array.prototype.slice.call(this, start, start + count); }";

export class Variables {
  readonly #target: () => Target | null;
  readonly #contents = new Map<number, Content>();
  #last = 0;
  #clearings = 0;

  constructor(target: () => Target | null) {
    this.#target = target;
  }

  /** Numbers given so far mean nothing any more. */
  clear(): void {
    this.#clearings++;
    this.#contents.clear();
    this.#target()?.release();
  }

  /** What a number stands for: nothing once it is cleared, though that be while it is read. */
  async inside(reference: number): Promise<Variable[]> {
    const clearings = this.#clearings;
    try {
      return (await this.#contents.get(reference)?.()) ?? [];
    } catch (error) {
      if (clearings === this.#clearings) throw error;
      return [];
    }
  }

  /** Variables of scopes, inner ones first: those hide outer ones of the same name. */
  scope(objects: readonly string[], hidden: (name: string) => boolean, self?: Runtime.RemoteObject): number {
    return this.#number(async () => {
      const found = new Map<string, Named>();
      if (self) found.set("this", { name: "this", value: self, evaluateName: "this" });
      for (const object of objects) {
        for (const one of await this.#properties(object, ""))
          if (!found.has(one.name) && !internal.test(one.name) && !wrapper.has(one.name) && !hidden(one.name))
            found.set(one.name, one);
      }
      return [...found.values()].map((one) => this.variable(one));
    });
  }

  /** Everything that cells have declared. */
  globals(): number {
    return this.#number(() => this.listGlobals());
  }

  async listGlobals(): Promise<Variable[]> {
    const clearings = this.#clearings;
    try {
      const { objectId } = (await this.#target()?.call("variables", [])) ?? {};
      const found = objectId ? await this.#properties(objectId, "") : [];
      return found.map((one) => this.variable(one));
    } catch (error) {
      // Front ends ask again at every message, before they are answered: the later question cleared what this one was reading.
      if (clearings === this.#clearings) throw error;
      return this.listGlobals();
    }
  }

  variable({ name, value, evaluateName }: Named): Variable {
    return {
      name,
      value: valueText(value),
      evaluateName,
      variablesReference: this.reference(value, evaluateName),
    };
  }

  /** Zero for what has nothing inside. */
  reference(value: Runtime.RemoteObject, evaluateName: string): number {
    const { objectId, subtype, type } = value;
    if (!objectId || type === "symbol" || subtype === "null") return 0;
    const isList = subtype === "array" || subtype === "typedarray";
    const length = isList ? Number(/\((\d+)\)$/.exec(value.description ?? "")?.[1] ?? 0) : 0;
    if (length > itemsAtMost) return this.#number(() => this.#parts(objectId, evaluateName, 0, length));
    return this.#number(async () => (await this.#properties(objectId, evaluateName)).map((one) => this.variable(one)));
  }

  #number(content: Content): number {
    this.#contents.set(++this.#last, content);
    return this.#last;
  }

  /** A range of a long list: its items, or up to a hundred smaller ranges. */
  async #parts(objectId: string, base: string, start: number, count: number): Promise<Variable[]> {
    if (count <= itemsAtMost) return this.#items(objectId, base, start, count);
    const size = itemsAtMost ** Math.ceil(Math.log(count) / Math.log(itemsAtMost) - 1);
    return Array.from({ length: Math.ceil(count / size) }, (_, i): Variable => {
      const from = start + i * size;
      const some = Math.min(size, start + count - from);
      const name = `[${from} … ${from + some - 1}]`;
      const variablesReference = this.#number(() => this.#parts(objectId, base, from, some));
      return { name, value: "", evaluateName: "", variablesReference };
    });
  }

  async #items(objectId: string, base: string, start: number, count: number): Promise<Variable[]> {
    const part = await this.#target()?.callOn(objectId, slice, [{ value: start }, { value: count }]);
    if (!part?.objectId) return [];
    const found = (await this.#properties(part.objectId, "")).filter(({ name }) => /^\d+$/.test(name));
    return found.map(({ name, value }) => {
      const index = String(start + Number(name));
      return this.variable({ name: index, value, evaluateName: base && `${base}[${index}]` });
    });
  }

  async #properties(objectId: string, base: string): Promise<Named[]> {
    const target = this.#target();
    if (!target) return [];
    const { result, internalProperties = [], ...rest } = await target.properties(objectId);
    const { privateProperties = [] } = rest as { privateProperties?: Runtime.PropertyDescriptor[] };
    const named = [...result, ...privateProperties].flatMap(({ name, value, get }): Named[] => {
      if (value) return [{ name, value, evaluateName: within(base, name) }];
      return get ? [{ name, value: getter, evaluateName: within(base, name) }] : [];
    });
    const entries = internalProperties.find(({ name }) => name === "[[Entries]]")?.value;
    return entries ? [...named, { name: "[[Entries]]", value: entries, evaluateName: "" }] : named;
  }
}

/** It isn't called: that could change what is looked at. */
const getter: Runtime.RemoteObject = { type: "accessor", description: "[Getter]" };

/** The expression of a property, where it has one. */
function within(base: string, name: string): string {
  if (!base) return name;
  if (name.startsWith("#") || /^[A-Za-z_$][\w$]*$/.test(name)) return `${base}.${name}`;
  return /^\d+$/.test(name) ? `${base}[${name}]` : `${base}[${JSON.stringify(name)}]`;
}
