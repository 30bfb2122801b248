// A model as an ONNX file: what predicting computes, with any number of samples.

import { backend } from "../../../backend/select.js";
import { scalar } from "../../../graph/call.js";
import { ValueError } from "../../../graph/errors.js";
import { sizeOf } from "../../../graph/shape.js";
import { originalOf, placeholder, type Tensor } from "../../../graph/tensor.js";
import { inTurns } from "../../../graph/turns.js";
import { bind } from "../../../lower/bind.js";
import type { AnyModel } from "../../training.js";
import { writeBytes } from "../byteFile.js";
import { bytesIn } from "../elements.js";
import { batches, GraphWriter, type Shared } from "./context.js";
import { writers } from "./ops.js";
import { graphProto, modelProto, nodeProto, tensorProto, valueProto } from "./proto.js";

/** The newest words that this uses. */
const opset = 18;
/** Protocol buffers end at 2 GB. */
const largestBytes = 2 ** 31 - 2 ** 24;

/** Writes the file. Raises ValueError for what ONNX can't say. */
export async function writeOnnx(path: string, model: AnyModel): Promise<void> {
  const size = model.weights.reduce((sum, weight) => sum + 4 * sizeOf(weight.shape), 0);
  if (size > largestBytes)
    throw new ValueError(`the weights have ${size} bytes, an ONNX file holds ${largestBytes}`, {
      hint: "save the model as .keras",
    });
  const bound = [await boundTo(model, batches[0]), await boundTo(model, batches[1])] as const;
  const shared: Shared = { initializers: [], weights: new Map(), constants: new Map(), writers, batch: null, next: 0 };
  const graph = new GraphWriter(shared);
  const inputs = model.inputs.map((tensor, i) => {
    const name = model.inputNames[i] as string;
    graph.give(bound[0].inputs[i] as Tensor, bound[1].inputs[i] as Tensor, name);
    if (tensor.shape[0] === null && shared.batch === null) {
      const shape = graph.node("Shape", [name]);
      shared.batch = graph.node("Slice", [shape, graph.ints([0]), graph.ints([1])]);
    }
    return valueProto(name, tensor.dtype, named(tensor));
  });
  const made = graph.write(bound[0].outputs, bound[1].outputs);
  const outputNames = model.outputNames.map((name) => (model.inputNames.includes(name) ? `${name}_output` : name));
  const outputs = model.outputs.map((tensor, i) => valueProto(outputNames[i] as string, tensor.dtype, named(tensor)));
  made.forEach((name, i) => {
    graph.nodes.push(nodeProto("Identity", [name], [outputNames[i] as string], {}));
  });
  const weights = [];
  for (const [weight, name] of shared.weights) {
    const data = await (await backend()).readWeight(weight);
    weights.push(tensorProto(name, weight.dtype, weight.shape, bytesIn(data)));
  }
  const whole = graphProto({
    name: model.name,
    nodes: graph.nodes,
    initializers: [...shared.initializers, ...weights],
    inputs,
    outputs,
  });
  await writeBytes(path, (put) => put(modelProto(whole, opset).finish()));
}

/** Sizes as a reader sees them. */
const named = (tensor: Tensor): (number | string)[] => tensor.shape.map((size) => size ?? "batch");

async function boundTo(
  model: AnyModel,
  batch: number,
): Promise<{ readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] }> {
  const inputs = model.inputs.map((tensor, i) => {
    const [first, ...rest] = tensor.shape;
    if (rest.includes(null))
      throw new ValueError(
        `"${model.inputNames[i]}" has sizes that vary besides the batch: ONNX files need them known`,
        {
          hint: "make the model with known sizes, and give it the weights of this one",
        },
      );
    return placeholder([first ?? batch, ...(rest as number[])], tensor.dtype, model.inputNames[i] as string);
  });
  const feeds = new Map(model.inputs.map((tensor, i) => [originalOf(tensor), inputs[i] as Tensor]));
  const mode = { training: false, step: scalar(0, "int32"), seed: 0 };
  const { outputs } = await inTurns(bind(model.outputs, feeds, mode));
  return { inputs, outputs };
}
