// The list of keys, for the dialog: read from the commands themselves.

import { CommandRegistry } from "@lumino/commands";
import { Widget } from "@lumino/widgets";
import { element } from "../element.js";

export function keysPanel(commands: CommandRegistry): Widget {
  const keysOf = new Map<string, Set<string>>();
  for (const { command, keys } of commands.keyBindings) {
    const known = keysOf.get(command) ?? new Set();
    keysOf.set(command, known.add(keys.map((key) => CommandRegistry.formatKeystroke(key)).join(", ")));
  }
  const rows = [...keysOf].map(([command, keys]) =>
    element("tr", {}, [
      element(
        "td",
        {},
        [...keys].flatMap((key, i) => [i === 0 ? "" : " ", element("kbd", {}, [key])]),
      ),
      element("td", {}, [commands.label(command)]),
    ]),
  );
  return new Widget({ node: element("div", { className: "weft-keys" }, [element("table", {}, rows)]) });
}
