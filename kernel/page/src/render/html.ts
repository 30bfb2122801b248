// HTML outputs. The browser runs only scripts that carry the page's nonce: those of trusted outputs get it.

import { type IRenderMime, MimeModel, RenderedHTML } from "@jupyterlab/rendermime";
import { nonce } from "../server.js";

const held = "text/x-weft-held";

class RenderedTrustedHtml extends RenderedHTML {
  override async render(model: IRenderMime.IMimeModel): Promise<void> {
    if (!model.trusted) return super.render(model);
    const html = new DOMParser().parseFromString(String(model.data[this.mimeType]), "text/html");
    for (const script of html.querySelectorAll("script")) {
      script.dataset["type"] = script.type;
      script.type = held;
    }
    const source = html.head.innerHTML + html.body.innerHTML;
    await super.render(new MimeModel({ trusted: true, data: { [this.mimeType]: source }, metadata: model.metadata }));
    for (const script of this.node.querySelectorAll<HTMLScriptElement>(`script[type="${held}"]`)) run(script);
  }
}

function run(script: HTMLScriptElement): void {
  const type = script.dataset["type"] ?? "";
  const made = document.createElement("script");
  for (const { name, value } of script.attributes)
    if (name !== "type" && name !== "data-type") made.setAttribute(name, value);
  if (type !== "") made.type = type;
  made.nonce = nonce;
  // As if written in the page: one after another.
  made.async = false;
  made.textContent = script.textContent;
  script.replaceWith(made);
}

export const htmlRenderer: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: ["text/html"],
  defaultRank: 50,
  createRenderer: (options) => new RenderedTrustedHtml(options),
};
