// How the elementwise ops are said in ONNX, opset 18.

import { type DType, promote } from "../../../graph/dtype.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { CallPair, GraphWriter, Writer } from "./context.js";

export const outputOf = ({ a }: CallPair): Tensor => a.outputs[0] as Tensor;

/** The inputs as one dtype. */
export const inputsAs = (graph: GraphWriter, { a, inputs }: CallPair, dtype: DType): string[] =>
  inputs.map((name, i) => graph.cast(name, (a.inputs[i] as Tensor).dtype, dtype));

/** A function of numbers of the result's dtype. */
const arithmetic =
  (op: string): Writer =>
  (graph, call) => {
    const { dtype } = outputOf(call);
    // ONNX doesn't add truths.
    const own = dtype === "bool" ? "int32" : dtype;
    return [graph.cast(graph.node(op, inputsAs(graph, call, own)), own, dtype)];
  };

/** The same, said in several nodes. */
const composed =
  (say: (graph: GraphWriter, x: string, ...more: string[]) => string): Writer =>
  (graph, call) => [say(graph, ...(inputsAs(graph, call, outputOf(call).dtype) as [string, ...string[]]))];

const comparison =
  (op: string, negated = false): Writer =>
  (graph, call) => {
    const dtype = call.a.inputs.map((tensor) => tensor.dtype).reduce(promote);
    const own = dtype === "bool" ? "int32" : dtype;
    const made = graph.node(op, inputsAs(graph, call, own));
    return [negated ? graph.node("Not", [made]) : made];
  };

const logical =
  (op: string): Writer =>
  (graph, call) => [graph.node(op, inputsAs(graph, call, "bool"))];

const number = (graph: GraphWriter, value: number): string => graph.constant("float32", [], [value]);

const clip: Writer = (graph, call) => {
  const { min, max } = call.attrs[0] as { min: number; max: number };
  const { dtype } = outputOf(call);
  return [
    graph.node("Clip", [
      ...inputsAs(graph, call, dtype),
      graph.constant(dtype, [], [min]),
      graph.constant(dtype, [], [max]),
    ]),
  ];
};

/** The remainder has the divisor's sign. */
const mod: Writer = (graph, call) => {
  const { dtype } = outputOf(call);
  const [x, y] = inputsAs(graph, call, dtype) as [string, string];
  if (dtype === "int32") return [graph.node("Mod", [x, y])];
  return [graph.node("Sub", [x, graph.node("Mul", [graph.node("Floor", [graph.node("Div", [x, y])]), y])])];
};

/** By the names of ops. */
export const elementwise: Readonly<Record<string, Writer>> = {
  add: arithmetic("Add"),
  subtract: arithmetic("Sub"),
  multiply: arithmetic("Mul"),
  divide: arithmetic("Div"),
  maximum: arithmetic("Max"),
  minimum: arithmetic("Min"),
  power: arithmetic("Pow"),
  mod,
  negative: arithmetic("Neg"),
  absolute: arithmetic("Abs"),
  sign: arithmetic("Sign"),
  sqrt: arithmetic("Sqrt"),
  rsqrt: composed((graph, x) => graph.node("Reciprocal", [graph.node("Sqrt", [x])])),
  square: composed((graph, x) => graph.node("Mul", [x, x])),
  reciprocal: arithmetic("Reciprocal"),
  exp: arithmetic("Exp"),
  expm1: composed((graph, x) => graph.node("Sub", [graph.node("Exp", [x]), number(graph, 1)])),
  log: arithmetic("Log"),
  log1p: composed((graph, x) => graph.node("Log", [graph.node("Add", [x, number(graph, 1)])])),
  sin: arithmetic("Sin"),
  cos: arithmetic("Cos"),
  tanh: arithmetic("Tanh"),
  sigmoid: arithmetic("Sigmoid"),
  softplus: arithmetic("Softplus"),
  erf: arithmetic("Erf"),
  relu: arithmetic("Relu"),
  floor: arithmetic("Floor"),
  ceil: arithmetic("Ceil"),
  round: arithmetic("Round"),
  flushSmall: arithmetic("Identity"),
  stopGradient: (_graph, { inputs }) => inputs,
  clip,
  equal: comparison("Equal"),
  notEqual: comparison("Equal", true),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
  logicalAnd: logical("And"),
  logicalOr: logical("Or"),
  logicalNot: logical("Not"),
  isNaN: (graph, { inputs }) => [graph.node("IsNaN", inputs)],
  isFinite: (graph, { inputs }) => [
    graph.node("Not", [graph.node("Or", [graph.node("IsNaN", inputs), graph.node("IsInf", inputs)])]),
  ],
  where: (graph, call) => {
    const [condition, yes, no] = call.inputs as [string, string, string];
    const [c, y, n] = call.a.inputs as [Tensor, Tensor, Tensor];
    const { dtype } = outputOf(call);
    return [
      graph.node("Where", [
        graph.cast(condition, c.dtype, "bool"),
        graph.cast(yes, y.dtype, dtype),
        graph.cast(no, n.dtype, dtype),
      ]),
    ];
  },
  cast: (graph, call) => [
    graph.cast(call.inputs[0] as string, (call.a.inputs[0] as Tensor).dtype, outputOf(call).dtype),
  ],
};
