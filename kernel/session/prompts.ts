// prompt, confirm and alert, as browsers and Deno have them, asked over Jupyter's stdin.

import type { Globals } from "../cell/index.js";
import type { Wire } from "../wire/link.js";
import { currentParent } from "./parents.js";

export type Prompts = Pick<Globals, "prompt" | "confirm" | "alert" | "password">;

export function makePrompts(wire: Pick<Wire, "input">, flush: () => void): Prompts {
  const ask = (message: string, hidden = false): string => {
    const parent = currentParent();
    if (parent === null) throw new Error("only a running cell can ask for input");
    flush();
    return wire.input(parent, message, hidden);
  };
  return {
    prompt(message = "", initial) {
      const answer = ask(initial === undefined ? message : `${message} [${initial}] `);
      return answer === "" && initial !== undefined ? initial : answer;
    },
    confirm: (message = "") => /^y(es)?$/i.test(ask(`${message} [y/N] `).trim()),
    alert(message = "") {
      ask(`${message} [Enter] `);
    },
    password: (message = "") => ask(message, true),
  };
}
