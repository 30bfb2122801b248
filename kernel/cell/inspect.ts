// Inspection: what the name at the cursor is, or the call whose parentheses the cursor is in, as text and as markdown.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { LanguageAnswers } from "../wire/link.js";
import { neverCancelled } from "./complete.js";
import type { CellConverter } from "./convert.js";
import { modulePrefix } from "./source.js";

interface Found {
  readonly signature: string;
  readonly documentation: string;
  readonly tags: readonly typescript.JSDocTagInfo[];
}

const join = (parts: readonly { readonly text: string }[] | undefined): string =>
  (parts ?? []).map((part) => part.text).join("");

export function inspect(
  converter: CellConverter,
  code: string,
  cursor: number,
  detail: 0 | 1,
): LanguageAnswers["inspect"] {
  converter.program.complete(converter.declarations.text, code, 0);
  // Front ends ask with the cursor behind the name as well.
  const places = [cursor, cursor - 1].filter((place) => place >= 0 && /[\w$]/.test(code[place] ?? ""));
  const place = places[0];
  const found = (place === undefined ? undefined : quickInfo(converter, place)) ?? signatureHelp(converter, cursor);
  if (!found) return { found: false, data: {} };
  const declaration = detail === 1 && place !== undefined ? declarationText(converter, place) : "";
  return {
    found: true,
    data: { "text/plain": plain(found, declaration), "text/markdown": markdown(found, declaration) },
  };
}

function quickInfo(converter: CellConverter, cursor: number): Found | undefined {
  const { ts, program, cell } = converter.program;
  const checker = program().getTypeChecker();
  const info = ts.getQuickInfoAtPosition(cell(), checker, neverCancelled, cursor + modulePrefix.length);
  if (!info) return undefined;
  return { signature: join(info.displayParts), documentation: join(info.documentation), tags: info.tags ?? [] };
}

function signatureHelp(converter: CellConverter, cursor: number): Found | undefined {
  const { ts, program, cell } = converter.program;
  const position = cursor + modulePrefix.length;
  const help = ts.SignatureHelp.getSignatureHelpItems(program(), cell(), position, undefined, neverCancelled);
  const item = help?.items[help.selectedItemIndex];
  if (!help || !item) return undefined;
  const parameters = item.parameters.map((one) => join(one.displayParts)).join(join(item.separatorDisplayParts));
  const current = item.parameters[help.argumentIndex];
  const about = join(current?.documentation);
  const documentation = join(item.documentation);
  return {
    signature: join(item.prefixDisplayParts) + parameters + join(item.suffixDisplayParts),
    documentation: current && about ? `${documentation}\n\n${current.name}: ${about}`.trim() : documentation,
    tags: item.tags,
  };
}

/** Source of what declares the name. */
function declarationText(converter: CellConverter, cursor: number): string {
  const { ts, program, cell } = converter.program;
  const checker = program().getTypeChecker();
  const token = ts.findPrecedingToken(cursor + modulePrefix.length + 1, cell());
  let symbol = token && checker.getSymbolAtLocation(token);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const texts = (symbol?.declarations ?? []).slice(0, 3).map((declaration) => {
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return statement.getText().slice(0, 4000);
  });
  return texts.join("\n");
}

function tagText(tag: typescript.JSDocTagInfo): string {
  return `@${tag.name} ${join(tag.text)}`.trimEnd();
}

function plain(found: Found, declaration: string): string {
  const tags = found.tags.map(tagText).join("\n");
  return [found.signature, found.documentation, tags, declaration].filter(Boolean).join("\n\n");
}

function markdown(found: Found, declaration: string): string {
  const fenced = (text: string): string => `\`\`\`typescript\n${text}\n\`\`\``;
  const tags = found.tags.map((tag) =>
    tag.name === "example" ? fenced(join(tag.text)) : `*@${tag.name}* ${join(tag.text)}`.trimEnd(),
  );
  return [fenced(found.signature), found.documentation, ...tags, declaration && fenced(declaration)]
    .filter(Boolean)
    .join("\n\n");
}
