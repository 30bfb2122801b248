import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { notebookHtml } from "../../kernel/html/index.js";
import { markdownHtml } from "../../kernel/html/markdown.js";
import { notebookOf } from "../../kernel/notebook/format.js";
import { picturesIn } from "../../kernel/server/index.js";
import type { Json } from "../../kernel/wire/messages.js";

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

describe("notebooks as pages", () => {
  let parent: string;
  let picture: (path: string) => Promise<Uint8Array | null>;
  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "weft-html-"));
    const folder = await mkdtemp(join(parent, "notebooks-"));
    await writeFile(join(folder, "pic.png"), Buffer.from(pixel, "base64"));
    await writeFile(join(parent, "secret.png"), "secret");
    picture = await picturesIn(folder);
  });
  after(() => rm(parent, { recursive: true, force: true }));

  const page = (...cells: Json[]): Promise<string> => {
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: "typescript" } }, cells };
    return notebookHtml(notebookOf(notebook), { name: "a <b>", picture });
  };
  const text = (source: string, extra: Json = {}): Json => ({ cell_type: "markdown", metadata: {}, source, ...extra });
  const code = (source: string, ...outputs: Json[]): Json => ({
    cell_type: "code",
    execution_count: 3,
    metadata: {},
    source,
    outputs,
  });
  const shown = (data: Json): Json => ({ output_type: "display_data", metadata: {}, data });

  it("asks for nothing from elsewhere, and runs scripts of outputs only", async () => {
    const html = await page(
      text("# T <i>x</i>\n<script>evil()</script> <img src=x onerror='evil()'> [a](javascript:evil())"),
      code("1", shown({ "text/html": "<script>fine()</script>" })),
      code("'<script>'", { output_type: "stream", name: "stdout", text: "<script>evil()</script>" }),
    );
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(html) ?? [];
    assert.isString(nonce);
    assert.include(html, "default-src 'none'");
    assert.notMatch(html, /script-src[^;]*unsafe-inline/);
    assert.include(html, `<script nonce="${nonce}">fine()</script>`);
    assert.include(html, "<script>evil()</script>", "in text: without the nonce, so that browsers don't run it");
    assert.include(html, "&lt;script&gt;evil()&lt;/script&gt;");
    assert.include(html, "<title>T &lt;i&gt;x&lt;/i&gt;</title>");
    assert.notMatch(html, /(src|href)=["']?https?:/);
    assert.isBelow(html.length, 20_000, "without figures, without Plotly");
    assert.notInclude(await page(code("1")), nonce as string);
  });

  it("holds figures as data and the library once; those it can't draw stay pictures", async () => {
    const plotly = "application/vnd.plotly.v1+json";
    const still = { "text/html": "<img alt='still'>" };
    const figure = (type: string, name: string): Json =>
      shown({ [plotly]: { data: [{ type, name, y: [1] }], layout: {} }, ...still });
    const html = await page(code("1", figure("scatter", "</script><script>evil()")), code("2", figure("heatmap", "h")));
    assert.notInclude(html, "</script><script>evil()");
    assert.lengthOf(html.match(/<div class="figure"/g) ?? [], 2);
    assert.lengthOf(html.match(/plotly\.js \(cartesian/g) ?? [], 1);
    const [json = ""] = /\{"data":\[.*?(?=<\/script>)/.exec(html) ?? [];
    assert.equal(JSON.parse(json).data[0].name, "</script><script>evil()");
    const flat = await page(code("1", figure("scatter3d", "x")));
    assert.notInclude(flat, '<div class="figure"');
    assert.include(flat, "<img alt='still'>");
  });

  it("takes pictures in that lie beside the notebook, and none from elsewhere", async () => {
    const html = await page(
      text(
        '![a](pic.png) <img width=3 src="./pic.png"> ![b](attachment:att.png) ![c](../secret.png) ![d](%2e%2e/secret.png) ![e](https://example.com/e.png)',
        {
          attachments: { "att.png": { "image/png": pixel } },
        },
      ),
      code("1", shown({ "image/png": `${pixel.slice(0, 40)}\n${pixel.slice(40)}` })),
      code("1", shown({ "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><script>evil()</script></svg>" })),
    );
    assert.lengthOf(html.split(`data:image/png;base64,${pixel}`), 5);
    assert.notInclude(html, Buffer.from("secret").toString("base64"));
    assert.include(html, 'src="data:image/svg+xml;base64,');
    assert.notInclude(html, "evil()");
  });

  it("shows streams and errors in colours, and code by its language", async () => {
    const html = await page(
      code("const a: number = 1; // x", { output_type: "stream", name: "stderr", text: "\u001b[31mred\u001b[0m <b>" }),
      code("f()", {
        output_type: "error",
        ename: "E",
        evalue: "v",
        traceback: ["\u001b[1mE\u001b[22m: v", "  at <f>"],
      }),
    );
    assert.include(html, '<span class="hljs-keyword">const</span>');
    assert.match(html, /<pre class="stderr"><span class="ansi-red-fg">red<\/span> &lt;b&gt;<\/pre>/);
    assert.match(html, /<pre class="error">.*E.*: v\n {2}at &lt;f&gt;<\/pre>/);
    assert.include(html, '<div class="count">[3]</div>');
  });

  it("draws formulas, and knows prices from them", () => {
    const inline = markdownHtml("Some $e^{i\\pi} + 1 = 0$, of \\$5, $6 and $7 or $$x^2$$ and \\(y\\).");
    assert.lengthOf(inline.match(/<math/g) ?? [], 3);
    assert.include(inline, "$5, $6 and $7");
    assert.equal(inline.match(/<p>/g)?.length, 1, inline);
    const block = markdownHtml(
      "Before\n\n$$\n\\int_0^1 x\\,dx\n$$\n\n\\begin{align} a &= b \\end{align}\n\n`$no$`\n\n```\n$$no$$\n```",
    );
    assert.lengthOf(block.match(/<math/g) ?? [], 2, block);
    assert.include(block, "<code>$no$</code>");
    for (const wrong of ["$\\nonsense{$", "$\\nonsense$", "$}$", "$\\begin{x}$"])
      assert.include(markdownHtml(wrong), wrong.replaceAll(/[$\\]/g, ""), "a formula that can't be read is shown");
    assert.include(markdownHtml("## A `b` *c*"), '<h2 id="A-b-c">');
  });
});
