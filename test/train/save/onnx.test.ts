// ONNX files: they are well-formed, name what they hold, and what can't be said is refused. (.ci/run keras runs them in onnxruntime.)

import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Tensor } from "../../../lib/graph/tensor.js";
import { configure, dense, input, Layer, lstm, model, ops } from "../../../lib/index.js";
import { Message } from "../../../lib/train/save/onnx/protobuf.js";

/** Fields of a message: [number, value], where bytes may be a message in turn. */
function fieldsOf(bytes: Uint8Array): [number, bigint | Uint8Array][] {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const fields: [number, bigint | Uint8Array][] = [];
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) fields.push([tag >> 3, varint()]);
    else {
      const length = wire === 5 ? 4 : Number(varint());
      fields.push([tag >> 3, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  expect(at).equal(bytes.length);
  return fields;
}

const all = (bytes: Uint8Array, field: number): Uint8Array[] =>
  fieldsOf(bytes).flatMap(([number, value]) => (number === field ? [value as Uint8Array] : []));
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe("ONNX files", () => {
  let folder = "";
  before(async () => {
    await configure({ backend: "js" });
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("write whole numbers, floats, texts and messages as protocol buffers do", () => {
    const bytes = new Message()
      .int(1, 150)
      .text(2, "testing")
      .int(3, -1)
      .message(4, new Message().float(1, 1))
      .finish();
    expect(Buffer.from(bytes).toString("hex")).equal(
      "089601" + "120774657374696e67" + "18ffffffffffffffffff01" + "22050d0000803f",
    );
  });

  it("name inputs, outputs and weights, and leave the batch open", async () => {
    const x = input([4, 3], { name: "steps" });
    const m = model({ inputs: x, outputs: { sum: dense(2, { name: "last" })(lstm(5, { name: "walk" })(x)) } });
    const path = join(folder, "m.onnx");
    const saved = await m.export(path);
    expect(String(saved)).match(/m\.onnx: .* kB, 5 arrays/);
    const bytes = readFileSync(path);
    const [graph] = all(bytes, 7) as [Uint8Array];
    expect([all(graph, 11), all(graph, 12)].map((list) => list.map((value) => text(all(value, 1)[0])))).deep.equal([
      ["steps"],
      ["sum"],
    ]);
    const names = all(graph, 5).map((tensor) => text(all(tensor, 8)[0]));
    expect(names).include.members(m.weights.map(({ path: own }) => own));
    expect(text(graph)).match(/batch/);
    const operators = all(graph, 1).map((node) => text(all(node, 4)[0]));
    expect(operators).include.members(["Shape", "Scan", "MatMul", "Identity"]);
    const [opset] = all(bytes, 8).map((entry) => fieldsOf(entry).find(([field]) => field === 2)?.[1]);
    expect(opset).equal(18n);
  });

  it("are refused where ONNX has no words, and nothing is left behind", async () => {
    class Counted extends Layer {
      override call(x: Tensor | Tensor[]): Tensor {
        const [batch] = (x as Tensor).shape as [number];
        return ops.multiply(x as Tensor, ops.reshape(ops.cast(ops.arange(batch), "float32"), [batch, 1]));
      }
    }
    const a = input([2]);
    const b = input([null, 2], { name: "open" });
    const wrong = [
      [model({ inputs: a, outputs: new Counted()(a) }), /counts the samples of a batch/],
      [model({ inputs: b, outputs: dense(2)(b) }), /"open" has sizes that vary besides the batch/],
    ] as const;
    for (const [m, pattern] of wrong)
      expect(await m.export(join(folder, "no.onnx")).catch((error: Error) => error.message)).match(pattern);
    const other = await wrong[0][0].export("m.pb").catch((error: Error) => error.message);
    expect(other).match(/expects a path that ends in \.onnx/);
    expect((await readdir(folder)).filter((name) => name.startsWith("no"))).deep.equal([]);
  });
});
