// What the laws of all registered items share: every class is tried, with settings of its own where it needs some, and what its
// config says makes an item that gives the same numbers.

import { expect } from "chai";
import { WeftError } from "../../lib/graph/errors.js";
import type { SerializedItem } from "../../lib/graph/registry.js";

type Config = Readonly<Record<string, unknown>>;

/** A registry with the ways in which its items say their class. */
export interface Kind<T> {
  readonly registry: { names(): string[]; deserialize(item: SerializedItem): T };
  readonly classOf: (item: T) => string;
  /** Settings to try, by class name; the defaults where there are none. */
  readonly samples: Readonly<Record<string, readonly Config[]>>;
}

/** Class names of all items, found by every name they have. */
function classesOf<T extends { getConfig(): Config }>({ registry, classOf, samples }: Kind<T>): string[] {
  const classes = registry.names().flatMap((name) => {
    try {
      return [classOf(registry.deserialize({ class_name: name, config: {} }))];
    } catch (error) {
      // Settings that have no default: the user must be told, and the class needs a sample.
      expect(error, name).instanceOf(WeftError);
      return samples[name] || /^[A-Z]/.test(name) ? [name] : [];
    }
  });
  return [...new Set(classes)].sort();
}

/**
 * Declares a test for every class. `law` checks an item and returns its numbers, which are the same for the item that its config
 * makes.
 */
export function forEachItem<T extends { getConfig(): Config }>(
  kind: Kind<T>,
  law: (item: T) => readonly ArrayLike<number>[] | Promise<readonly ArrayLike<number>[]>,
): void {
  const classes = classesOf(kind);
  it("samples are of registered items", () => {
    expect(classes.length).greaterThan(0);
    expect(classes).include.members(Object.keys(kind.samples));
  });
  for (const class_name of classes) {
    it(class_name, async () => {
      for (const config of kind.samples[class_name] ?? [{}]) {
        const item = kind.registry.deserialize({ class_name, config });
        const numbers = await law(item);
        expect(numbers.length).greaterThan(0);
        const text = JSON.stringify({ class_name: kind.classOf(item), config: item.getConfig() });
        const again = kind.registry.deserialize(JSON.parse(text) as SerializedItem);
        expect(again.getConfig()).deep.equal(item.getConfig());
        for (const [name, value] of Object.entries(config)) expect(item.getConfig()[name], name).deep.equal(value);
        expect((await law(again)).map((own) => [...Array.from(own)])).deep.equal(
          numbers.map((own) => [...Array.from(own)]),
        );
      }
    });
  }
}
