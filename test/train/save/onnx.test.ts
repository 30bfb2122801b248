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

  it("write whole numbers, floats, texts, messages and bytes that come later as protocol buffers do", async () => {
    const later = {
      length: 3,
      async *pieces() {
        yield Uint8Array.of(1, 2);
        yield Uint8Array.of(3);
      },
    };
    const message = new Message()
      .int(1, 150)
      .text(2, "testing")
      .int(3, -1)
      .message(4, new Message().float(1, 1).bytes(2, later))
      .text(5, "");
    const parts: Uint8Array[] = [];
    await message.write(async (bytes) => void parts.push(bytes));
    const bytes = Buffer.concat(parts);
    expect(bytes.toString("hex")).equal(
      "089601" + "120774657374696e67" + "18ffffffffffffffffff01" + "220a0d0000803f1203010203" + "2a00",
    );
    expect(message.length).equal(bytes.length);
  });

  it("name inputs, outputs and weights, and leave the batch open", async () => {
    const x = input([4, 3], { name: "steps" });
    const m = model({ inputs: x, outputs: { sum: dense(2, { name: "last" })(lstm(5, { name: "walk" })(x)) } });
    const path = join(folder, "m.onnx");
    const saved = await m.export(path);
    expect(String(saved)).match(
      /m\.onnx: ONNX model, .* KB\n {2}weights {2}5 arrays, 192 numbers {2,}768\.00 B\nIn onnxruntime: /,
    );
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

  it("keep weights in a file beside them when told to, each at the begin of a page", async () => {
    const x = input([300], { name: "x" });
    const m = model({ inputs: x, outputs: dense(7, { name: "last" })(dense(200, { name: "first" })(x)) });
    const path = join(folder, "outside.onnx");
    const saved = await m.export(path, { externalData: true });
    expect(saved.files.map((file) => file.path)).deep.equal([path, `${path}.data`]);
    const [graph] = all(readFileSync(path), 7) as [Uint8Array];
    const data = readFileSync(`${path}.data`);
    const values = new Map((await m.getWeights()).map((value, i) => [m.weights[i]?.path, value]));
    let found = 0;
    for (const tensor of all(graph, 5)) {
      const value = values.get(text(all(tensor, 8)[0]));
      const place = Object.fromEntries(all(tensor, 13).map((entry) => [1, 2].map((n) => text(all(entry, n)[0]))));
      if (!value) continue;
      found++;
      expect(place["location"]).equal("outside.onnx.data");
      const [offset, length] = [Number(place["offset"]), Number(place["length"])];
      expect([offset % 4096, length, all(tensor, 9).length]).deep.equal([0, 4 * value.data.length, 0]);
      const bytes = data.subarray(offset, offset + length);
      expect(new Float32Array(Uint8Array.from(bytes).buffer)).deep.equal(value.data);
      expect(fieldsOf(tensor).find(([field]) => field === 14)?.[1]).equal(1n);
    }
    expect(found).equal(4);
    // The same weights inside make the same size.
    const inside = await m.export(join(folder, "inside.onnx"));
    expect(inside.files).lengthOf(1);
    expect(inside.bytes).greaterThan(4 * m.countParams());
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
