// Bare ops of models in files: as Keras's own operations where it has the same one, else as ours, which Keras refuses by name.

import { InputAt, ops, type WrittenCall } from "../catalog/ops/recorded.js";
import { ValueError } from "../graph/errors.js";
import { camelOption, snakeCase } from "../graph/names.js";
import type { Call, Tensor } from "../graph/tensor.js";

type Json = Readonly<Record<string, unknown>>;

/** How Keras says one of our ops. */
interface KerasOp {
  readonly module: "numpy" | "nn" | "math" | "core" | "linalg";
  readonly className: string;
  /** Keras's names of the arguments that are no tensors, in order; they stand in the op's config. */
  readonly settings?: readonly string[];
  /** Which of our options Keras has too. */
  readonly options?: readonly string[];
  /** Settings of Keras that have only this value here. */
  readonly fixed?: Json;
  /** The value of `fixed` isn't the one that Keras takes by itself. */
  readonly writesFixed?: boolean;
  /** The settings come before the tensors. */
  readonly settingsFirst?: boolean;
}

const pascalCase = (name: string): string => (name[0] ?? "").toUpperCase() + name.slice(1);

const same = (module: KerasOp["module"], names: string, rest: Partial<KerasOp> = {}): [string, KerasOp][] =>
  names.split(" ").map((name) => [name, { module, className: pascalCase(name), ...rest }]);

const renamed = (module: KerasOp["module"], name: string, className: string, rest = {}): [string, KerasOp] => [
  name,
  { module, className, ...rest },
];

const reduces = { options: ["axis", "keepdims"] };

const kerasOps: ReadonlyMap<string, KerasOp> = new Map([
  ...same("numpy", "absolute add ceil cos divide equal exp expm1 floor greater greaterEqual less lessEqual log log1p"),
  ...same("numpy", "logicalAnd logicalNot logicalOr matmul maximum minimum mod multiply negative notEqual power"),
  ...same("numpy", "reciprocal sign sin sqrt square subtract tanh where"),
  ...same("numpy", "round", { fixed: { decimals: 0 } }),
  ...same("numpy", "argmax argmin all any mean std sum", reduces),
  ...same("numpy", "max min", { ...reduces, fixed: { initial: null } }),
  ...same("numpy", "prod", { ...reduces, fixed: { dtype: null } }),
  ...same("numpy", "concatenate stack", { options: ["axis"] }),
  ...same("numpy", "expandDims squeeze flip", { settings: ["axis"] }),
  ...same("numpy", "tile", { settings: ["repeats"] }),
  ...same("numpy", "repeat", { settings: ["repeats", "axis"] }),
  ...same("numpy", "reshape", { settings: ["newshape"] }),
  ...same("numpy", "broadcastTo", { settings: ["shape"] }),
  ...same("numpy", "transpose", { settings: ["axes"] }),
  ...same("numpy", "clip", { settings: ["x_min", "x_max"] }),
  ...same("numpy", "pad", { settings: ["pad_width"], fixed: { mode: "constant" } }),
  ...same("numpy", "split", { settings: ["indices_or_sections"], options: ["axis"] }),
  ...same("numpy", "einsum", { settings: ["subscripts"], settingsFirst: true }),
  renamed("numpy", "isNaN", "Isnan"),
  renamed("numpy", "isFinite", "Isfinite"),
  renamed("numpy", "variance", "Var", reduces),
  renamed("numpy", "gather", "Take", { fixed: { axis: 0 }, writesFixed: true }),
  renamed("math", "logSumExp", "Logsumexp", reduces),
  ...same("math", "topK", { settings: ["k"], fixed: { sorted: true, is_stable: true } }),
  ...same("math", "erf erfinv rsqrt"),
  ...same("nn", "relu sigmoid softplus"),
  ...same("nn", "softmax logSoftmax", { options: ["axis"] }),
  ...same("nn", "oneHot", { settings: ["num_classes"], options: ["axis", "dtype"], fixed: { sparse: false } }),
  ...same("core", "cast", { settings: ["dtype"] }),
  ...same("core", "stopGradient"),
  ...same("linalg", "norm", { ...reduces, fixed: { ord: null } }),
]);

const ours = new Map([...kerasOps].map(([name, op]) => [`keras.src.ops.${op.module}.${op.className}`, name]));
const ownModule = "weft.ops";

/** The class of an op, as Keras calls it where it has it. */
export const opClassName = (name: string): string => kerasOps.get(name)?.className ?? pascalCase(name);

const isOptions = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof InputAt);

const holdsTensor = (value: unknown): boolean =>
  value instanceof InputAt || (Array.isArray(value) && value.some(holdsTensor));

/** What a file holds of an op's call: `write` makes JSON of what is left among the arguments. */
export function writeOp(call: Call, name: string, write: (value: unknown) => unknown): { item: Json; args: unknown[] } {
  const op = call.op as NonNullable<Call["op"]>;
  const keras = kerasOps.get(op.name);
  const { args: written } = (
    op.compose ? call.attrs : { args: call.inputs.map((_, i) => new InputAt(i)) }
  ) as WrittenCall;
  if (!op.compose && (!keras || call.attrs !== null)) {
    throw new ValueError(`the op ${op.name} in a model of a fixed batch size can't be written to a file`, {
      hint: "leave the batch of every input open, or put the op into a layer of your own",
    });
  }
  const item = (module: string, config: Json): Json => {
    const className = opClassName(op.name);
    return { module, class_name: className, config: { name, ...config }, registered_name: className };
  };
  const place = (value: unknown): unknown =>
    value instanceof InputAt ? write(call.inputs[value.index]) : Array.isArray(value) ? value.map(place) : value;
  const settings = keras ? settingsOf(keras, written) : null;
  if (!keras || !settings) return { item: item(ownModule, {}), args: written.map(place) };
  return { item: item(`keras.src.ops.${keras.module}`, settings.config), args: settings.args.map(place) };
}

/** The arguments in Keras's two places: the op's config, and its call; null for an option that Keras doesn't have. */
function settingsOf(keras: KerasOp, written: readonly unknown[]): { config: Json; args: unknown[] } | null {
  const config: Record<string, unknown> = keras.writesFixed ? { ...keras.fixed } : {};
  const args: unknown[] = [];
  const settings = [...(keras.settings ?? [])];
  for (const value of written) {
    const setting = holdsTensor(value) || isOptions(value) ? undefined : settings.shift();
    if (setting !== undefined) config[setting] = value;
    else if (!isOptions(value)) args.push(value);
    else {
      for (const [key, option] of Object.entries(value)) {
        if (option === undefined) continue;
        if (!keras.options?.includes(key)) return null;
        config[snakeCase(key)] = option;
      }
    }
  }
  return { config, args };
}

/** Calls the op that an entry of a file names; null when it names none. Raises ValueError for settings that we don't have. */
export function readOp(entry: {
  readonly module?: unknown;
  readonly class_name: string;
  readonly config: Json;
}): ((args: readonly unknown[]) => Tensor[]) | null {
  if (typeof entry.module !== "string") return null;
  const own = (entry.class_name[0] ?? "").toLowerCase() + entry.class_name.slice(1);
  const name = entry.module === ownModule ? own : ours.get(`${entry.module}.${entry.class_name}`);
  if (name === undefined || !Object.hasOwn(ops, name)) return null;
  const apply = (ops as unknown as Record<string, (...args: unknown[]) => Tensor | Tensor[]>)[name];
  const keras = entry.module === ownModule ? undefined : kerasOps.get(name);
  const extra = keras ? extraArguments(entry, keras) : { settings: [], options: [] };
  return (args) => {
    const all = keras?.settingsFirst ? [...extra.settings, ...args] : [...args, ...extra.settings];
    const made = apply?.(...all, ...extra.options) ?? [];
    return Array.isArray(made) ? made : [made];
  };
}

function extraArguments(
  entry: { readonly class_name: string; readonly config: Json },
  keras: KerasOp,
): { settings: unknown[]; options: Json[] } {
  const options: Record<string, unknown> = {};
  const settings = (keras.settings ?? []).map((key) => entry.config[key] ?? undefined);
  for (const [key, value] of Object.entries(entry.config)) {
    if (keras.settings?.includes(key) || key === "name" || (key === "dtype" && !keras.options?.includes(key))) continue;
    if (keras.options?.includes(camelOption(key))) {
      if (value !== null) options[camelOption(key)] = value;
    } else if (value !== (keras.fixed?.[key] ?? null)) {
      throw new ValueError(`Keras's op ${entry.class_name} with ${key} ${JSON.stringify(value)} can't be read`);
    }
  }
  return { settings, options: Object.keys(options).length > 0 ? [options] : [] };
}
