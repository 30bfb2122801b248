// ONNX's messages: tensors, nodes, graphs, models. Field numbers are those of onnx.proto.
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

import { type LaterBytes, Message } from "./protobuf.js";

/** ONNX's numbers of element types. */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** An attribute of a node. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly graph: Message };

function emptyTensor(name: string, type: ElementType, shape: readonly number[]): Message {
  const message = new Message();
  for (const size of shape) message.int(1, size);
  return message.int(2, elementTypes[type]).text(8, name);
}

export const tensorProto = (
  name: string,
  type: ElementType,
  shape: readonly number[],
  data: Uint8Array | LaterBytes,
): Message => emptyTensor(name, type, shape).bytes(9, data);

/** Where a tensor's bytes lie in a file in the model's folder. */
export interface OutsidePlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A tensor whose bytes are in another file. */
export function outsideProto(
  name: string,
  type: ElementType,
  shape: readonly number[],
  { location, offset, length }: OutsidePlace,
): Message {
  const message = emptyTensor(name, type, shape);
  for (const [key, value] of Object.entries({ location, offset, length }))
    message.message(13, new Message().text(1, key).text(2, String(value)));
  return message.int(14, 1);
}

function attributeProto(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if ("int" in value) return message.int(3, value.int).int(20, 2);
  if ("float" in value) return message.float(2, value.float).int(20, 1);
  if ("text" in value) return message.text(4, value.text).int(20, 3);
  if ("graph" in value) return message.message(6, value.graph).int(20, 5);
  for (const item of value.ints) message.int(8, item);
  return message.int(20, 7);
}

export function nodeProto(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, outputs[0] ?? "").text(4, op);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attributeProto(name, value));
  return message;
}

/** What goes in or out of a graph; texts in the shape stand for sizes that vary. */
export function valueProto(name: string, type: ElementType, shape: readonly (number | string)[] | null): Message {
  const tensor = new Message().int(1, elementTypes[type]);
  if (shape) {
    const sizes = new Message();
    for (const size of shape) {
      const dimension = new Message();
      sizes.message(1, typeof size === "number" ? dimension.int(1, size) : dimension.text(2, size));
    }
    tensor.message(2, sizes);
  }
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** A graph's parts, in the order in which they are computed. */
export interface GraphParts {
  readonly name: string;
  readonly nodes: readonly Message[];
  readonly initializers: readonly Message[];
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
}

export function graphProto({ name, nodes, initializers, inputs, outputs }: GraphParts): Message {
  const message = new Message();
  for (const node of nodes) message.message(1, node);
  message.text(2, name);
  for (const tensor of initializers) message.message(5, tensor);
  for (const input of inputs) message.message(11, input);
  for (const output of outputs) message.message(12, output);
  return message;
}

/** A whole file. */
export const modelProto = (graph: Message, opset: number): Message =>
  new Message().int(1, 8).text(2, "weft").message(7, graph).message(8, new Message().text(1, "").int(2, opset));
