// Items inside of configs as Keras writes them: besides class and config, the Python module of the class, and for classes of the user's
// own the name they are registered under.

import { activationLayers, activations } from "../../catalog/activations/index.js";
import { layers } from "../../catalog/layers/registry.js";
import { Loss } from "../../catalog/losses/index.js";
import { constraints, initializers, losses, metrics, regularizers } from "../../catalog/namespaces.js";
import { optimizers } from "../../catalog/optimizers/index.js";
import { schedules } from "../../catalog/schedules/index.js";
import { ValueError } from "../../graph/errors.js";

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Python tells 1 from 1.0, and these settings Keras accepts only as the latter. */
const fractions = new Set(["momentum", "learning_rate", "beta", "threshold"]);

/** A config as JSON that Keras reads. */
export function kerasText(config: unknown): string {
  const marked = JSON.stringify(config, (key, value: unknown) =>
    fractions.has(key) && Number.isInteger(value) ? `\0float ${value}` : value,
  );
  return marked.replace(/"\\u0000float (-?\d+)"/g, "$1.0");
}

/** A folder of the catalog as Keras's module. */
interface Home {
  readonly module: string;
  readonly registry: { names(): string[]; classNameOf?(name: string): string | null };
}

const homes = {
  layers: { module: "keras.layers", registry: layers },
  losses: { module: "keras.losses", registry: losses },
  metrics: { module: "keras.metrics", registry: metrics },
  optimizers: { module: "keras.optimizers", registry: optimizers },
  schedules: { module: "keras.optimizers.schedules", registry: schedules },
  initializers: { module: "keras.initializers", registry: initializers },
  regularizers: { module: "keras.regularizers", registry: regularizers },
  constraints: { module: "keras.constraints", registry: constraints },
  activations: { module: "keras.activations", registry: activations },
} as const satisfies Record<string, Home>;

/** Which items a setting of this name holds. */
const homesBySetting: readonly (readonly [RegExp, Home])[] = [
  [/initializer$/, homes.initializers],
  [/regularizer$/, homes.regularizers],
  [/constraint$/, homes.constraints],
  [/activation$/, homes.activations],
  [/^(layer|backward_layer)$/, homes.layers],
  [/^learning_rate$/, homes.schedules],
];

interface Item {
  readonly class_name: string;
  readonly config: Json;
  readonly module?: unknown;
}

const isItem = (value: unknown): value is Item =>
  typeof value === "object" && value !== null && typeof (value as { class_name?: unknown }).class_name === "string";

/** A config with all items inside of it in Keras's form. */
export const kerasConfig = (config: Json): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const home = homesBySetting.find(([pattern]) => pattern.test(key))?.[1];
      return [key, home ? kerasValue(value, home) : value];
    }),
  );

function kerasValue(value: unknown, home: Home): unknown {
  if (isItem(value)) return home === homes.activations ? kerasActivation(value) : kerasItem(value, home);
  // A function of the user's own stands there by its name.
  if (typeof value === "string" && value !== "" && !home.registry.names().includes(value)) return ownFunction(value);
  return value;
}

/** A class of the catalog, or of the user's own. */
function kerasItem(item: Item, home: Home): Record<string, unknown> {
  if (item.module !== undefined) return { ...item };
  const className = home.registry.classNameOf?.(item.class_name) ?? item.class_name;
  return { ...headOf(className, home), config: kerasConfig(item.config) };
}

/** Where Keras finds a class. */
function headOf(className: string, home: Home): Record<string, unknown> {
  if (className === "Functional")
    return { module: "keras.src.models.functional", class_name: className, registered_name: className };
  if (className === "Sequential") return { module: "keras", class_name: className, registered_name: null };
  const own = !home.registry.names().includes(className);
  return {
    module: own ? null : home.module,
    class_name: className,
    registered_name: own ? `Custom>${className}` : null,
  };
}

/** Where Keras finds a layer's class. */
export const layerHead = (className: string): Record<string, unknown> => headOf(className, homes.layers);

/** Keras's functions have no settings; some of its layers are the same function with settings. */
function kerasActivation({ class_name, config }: Item): unknown {
  const short = activations.serialize(activations.deserialize({ class_name, config }));
  // Keras's function of this name can't do without settings.
  if (typeof short === "string" && short !== "threshold") return short;
  const layer = Object.entries(activationLayers).find(([, name]) => name === class_name)?.[0];
  if (!layer) {
    throw new ValueError(
      `the activation ${class_name} with settings can't be saved: Keras's files have no place for them`,
      {
        hint: "write it as a function with a name, and pass that to load as one of its customObjects",
      },
    );
  }
  return { module: "keras.layers", class_name: layer, config, registered_name: null };
}

/** A plain function: found again by its name. */
function ownFunction(name: string): Record<string, unknown> {
  return { module: "builtins", class_name: "function", config: name, registered_name: name };
}

/** What users write for a loss, a metric or an optimizer, as Keras's `compile_config` has it. */
export function kerasIdentifier(value: unknown, home: "losses" | "metrics" | "optimizers", what: string): unknown {
  if (value === null || value === undefined || typeof value === "string") return value ?? null;
  if (isItem(value)) return kerasItem(value, homes[home]);
  const item = value as { readonly className?: string; readonly name?: string; getConfig?(): Json };
  // What a plain function became.
  const isFunction = typeof value === "function" || ["FunctionLoss", "MeanMetric"].includes(item.className ?? "");
  if (isFunction) {
    if (item.name) return ownFunction(item.name);
    throw new ValueError(`${what} is a function without a name: a file can't say which`, {
      hint: "give it a name (function myLoss(…) {…}), and pass it to load: { customObjects: { myLoss } }",
    });
  }
  if (typeof item.className !== "string" || !item.getConfig) throw new ValueError(`${what} can't be saved`);
  const own = value instanceof Loss ? homes.losses : homes[home];
  return kerasItem({ class_name: item.className, config: item.getConfig() }, own);
}
