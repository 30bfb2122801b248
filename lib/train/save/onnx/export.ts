// A model as an ONNX file: what predicting computes, with any number of samples.

import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { scalar } from "../../../graph/call.js";
import { ValueError } from "../../../graph/errors.js";
import { originalOf, placeholder, type Tensor } from "../../../graph/tensor.js";
import { inTurns } from "../../../graph/turns.js";
import { bind } from "../../../lower/bind.js";
import type { AnyModel } from "../../training.js";
import { writeBytes } from "../byteFile.js";
import { freeNumber, replaceFile } from "../replaceFile.js";
import type { Report } from "../restore.js";
import { batches, GraphWriter, type Shared } from "./context.js";
import { writers } from "./ops.js";
import { graphProto, modelProto, nodeProto, valueProto } from "./proto.js";
import type { Message } from "./protobuf.js";
import { type NamedWeights, weightsInside, weightsOutside } from "./weights.js";

/** The newest words that this uses. */
const opset = 18;
/** Protocol buffers end at 2 GB. */
const largestBytes = 2 ** 31 - 1;
/** For all but the weights. */
const restBytes = 2 ** 24;

export interface ExportOptions {
  /**
   * ".onnx": the weights go to a file of their own beside it (its name and ".data", or ".data2" where a model that is replaced has that),
   * which must be moved along with it. By default for models of more than 2 GB, which one file can't hold.
   */
  readonly externalData?: boolean | undefined;
}

/** Writes the file; resolves with the paths of others beside it. Raises ValueError for what ONNX can't say. */
export async function writeOnnx(
  path: string,
  model: AnyModel,
  { externalData }: ExportOptions,
  report: Report,
): Promise<string[]> {
  const size = model.weights.reduce((sum, weight) => sum + 4 * weight.size, 0);
  const outside = externalData ?? size > largestBytes - restBytes;
  const { weights, whole } = await graphOf(model);
  if (outside) return [await writeWithData(path, weights, (tensors) => modelProto(whole(tensors), opset), report)];
  const message = modelProto(whole(weightsInside(weights, report)), opset);
  if (message.length > largestBytes) {
    throw new ValueError(`the model has ${message.length} bytes, one ONNX file holds ${largestBytes}`, {
      hint: 'put its weights beside it: m.export("m.onnx", { externalData: true })',
    });
  }
  await replaceFile(path, (temporary) => writeBytes(temporary, (put) => message.write(put)));
  return [];
}

/** Writes weights under a name that is free, then the model, which names it: until then the old model is whole. */
async function writeWithData(
  path: string,
  weights: NamedWeights,
  modelWith: (tensors: readonly Message[]) => Message,
  report: Report,
): Promise<string> {
  const [folder, base] = [dirname(path), `${basename(path)}.data`];
  const nameOf = (number: number): string => `${base}${number > 1 ? number : ""}`;
  const own = nameOf(await freeNumber(folder, (name, number) => name === nameOf(number)));
  const beside = join(folder, own);
  try {
    const tensors = await replaceFile(beside, (temporary) => weightsOutside(weights, temporary, beside, report));
    await replaceFile(path, (temporary) => writeBytes(temporary, (put) => modelWith(tensors).write(put)));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  for (const name of await readdir(folder))
    if (name !== own && name.startsWith(base) && /^\d*$/.test(name.slice(base.length))) await rm(join(folder, name));
  return beside;
}

/** What the model computes, for any number of samples; `whole` makes a graph of it once its weights are tensors. */
async function graphOf(
  model: AnyModel,
): Promise<{ weights: NamedWeights; whole: (weights: readonly Message[]) => Message }> {
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
  const { nodes } = graph;
  const whole = (weights: readonly Message[]): Message =>
    graphProto({ name: model.name, nodes, initializers: [...shared.initializers, ...weights], inputs, outputs });
  return { weights: shared.weights, whole };
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
