// The list of globals in, a declaration file for the cells' compiler out.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type * as typescript from "@tslab/typescript-for-tslab";
import { newerTypes } from "./newerTypes.js";
import type { TypeScript } from "./typescript.js";

/** Text of the file, and names of the globals that have values. */
export function globalTypes(ts: TypeScript): { readonly text: string; readonly names: readonly string[] } {
  const path = fileURLToPath(new URL("./globals.d.ts", import.meta.url));
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  const interfaces = file.statements.filter(ts.isInterfaceDeclaration);
  const globals = interfaces.find(({ name }) => name.text === "Globals");
  const members = globals?.members ?? [];
  const statements = [
    ...interfaces
      .filter((one) => one !== globals)
      .map((one) => one.getFullText(file).replace("export interface", "interface")),
    ...members.map((member) => declaration(ts, file, member)),
    newerTypes,
  ];
  return {
    text: `declare global {\n${statements.join("\n")}\n}\nexport {};\n`,
    names: members.map((member) => member.name?.getText(file) ?? ""),
  };
}

function declaration(ts: TypeScript, file: typescript.SourceFile, member: typescript.TypeElement): string {
  const start = member.getStart(file);
  const documentation = file.text.slice(member.getFullStart(), start);
  const text = file.text.slice(start, member.end);
  return documentation + (ts.isMethodSignature(member) ? `function ${text}` : text.replace(/^(readonly )?/, "const "));
}
