// A loop over the first dimension whose body is a graph. Its gradient differentiates the body once and runs it backwards.

import { applyAll, scalar } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import { callsOf, replay } from "../../graph/network.js";
import type { Op, Spec, View, VjpContext } from "../../graph/op.js";
import { evaluateReference } from "../../graph/reference.js";
import { type Shape, shapesEqual, sizeOf } from "../../graph/shape.js";
import { originalOf, placeholder, record, type Tensor } from "../../graph/tensor.js";
import { add } from "./add.js";
import { broadcastTo } from "./broadcastTo.js";
import { multiply } from "./multiply.js";
import { reshapeOp } from "./reshape.js";
import { hoistSum, type Stacker } from "./scanHoist.js";
import { transposeOp } from "./transpose.js";

/** The body: what it reads (placeholders) and what it gives. */
export interface ScanBody {
  readonly carries: readonly Tensor[];
  /** One step's piece of each sequence. */
  readonly slices: readonly Tensor[];
  /** The same at every step. */
  readonly constants: readonly Tensor[];
  readonly nextCarries: readonly Tensor[];
  /** Stacked over the steps. */
  readonly stacked: readonly Tensor[];
}

export interface ScanAttrs {
  readonly body: ScanBody;
  readonly length: number;
  readonly reverse: boolean;
}

const specOf = (tensor: Tensor): Spec => ({ shape: tensor.shape as readonly number[], dtype: tensor.dtype });
const stackedSpec = (tensor: Tensor, length: number): Spec => ({
  shape: [length, ...(tensor.shape as readonly number[])],
  dtype: tensor.dtype,
});

/** Inputs: first carries, sequences, constants. Outputs: last carries, stacked results. */
export const scanOp: Op<ScanAttrs> = {
  name: "scan",
  kind: "control",
  infer: (_inputs, { body, length }) => [
    ...body.carries.map(specOf),
    ...body.stacked.map((tensor) => stackedSpec(tensor, length)),
  ],
  vjp: (grads, at) => scanGradient(grads, at),
  reference(inputs, outputs, { body, length, reverse }) {
    const counts = [body.carries.length, body.slices.length] as const;
    let carries = inputs.slice(0, counts[0]);
    const sequences = inputs.slice(counts[0], counts[0] + counts[1]);
    const constants = inputs.slice(counts[0] + counts[1]);
    const precision = inputs.some((view) => view.data instanceof Float64Array) ? 64 : 32;
    for (let i = 0; i < length; i++) {
      const step = reverse ? length - 1 - i : i;
      const feeds = new Map<Tensor, View>();
      body.carries.forEach((tensor, j) => feeds.set(tensor, carries[j] as View));
      body.slices.forEach((tensor, j) => feeds.set(tensor, pieceOf(sequences[j] as View, step)));
      body.constants.forEach((tensor, j) => feeds.set(tensor, constants[j] as View));
      const results = evaluateReference([...body.nextCarries, ...body.stacked], feeds, precision);
      carries = results.slice(0, counts[0]);
      body.stacked.forEach((_, j) =>
        pieceOf(outputs[counts[0] + j] as View, step).data.set((results[counts[0] + j] as View).data),
      );
    }
    carries.forEach((carry, j) => (outputs[j] as View).data.set(carry.data));
  },
  *samples() {
    // h ← h·u + x, over three steps, both ways.
    for (const reverse of [false, true]) {
      const carry = placeholder([2], "float32", "h");
      const piece = placeholder([2], "float32", "x");
      const factor = placeholder([], "float32", "u");
      const next = add(multiply(carry, factor), piece);
      const body: ScanBody = {
        carries: [carry],
        slices: [piece],
        constants: [factor],
        nextCarries: [next],
        stacked: [multiply(next, next)],
      };
      yield {
        inputs: [
          { shape: [2], dtype: "float32" },
          { shape: [3, 2], dtype: "float32" },
          { shape: [], dtype: "float32" },
        ],
        attrs: { body, length: 3, reverse },
      };
    }
  },
};

function pieceOf(view: View, step: number): View {
  const shape = view.shape.slice(1);
  const size = sizeOf(shape);
  return { shape, dtype: view.dtype, data: view.data.subarray(step * size, (step + 1) * size) };
}

/** What the body function gives. */
export interface ScanStep {
  readonly carries: readonly Tensor[];
  /** Results to stack over the steps. */
  readonly outputs?: readonly Tensor[];
}

/**
 * Runs `step` over the first dimension of `sequences`, carrying tensors from step to step. Tensors from outside may be used
 * freely in `step`.
 *
 * Returns the last carries and the outputs of all steps, stacked along a new first dimension. `reverse` starts from the end
 * (stacked outputs keep the order of the sequences). Raises ShapeError for unknown sizes, for sequences of other lengths, and when
 * a carry changes its shape or dtype.
 *
 * @example
 * // Running sums of three steps: the last, and all of them.
 * const steps = constant({ shape: [3], dtype: "float32", data: Float32Array.of(1, 2, 3) });
 * const sums = ops.scan(([total], [x]) => ({ carries: [ops.add(total, x)], outputs: [ops.add(total, x)] }), [ops.multiply(ops.sum(steps), 0)], [steps]);
 * await sums.carries[0].data(); // 6
 * await sums.outputs[0].data(); // [1, 3, 6]
 */
export function scan(
  step: (carries: readonly Tensor[], slices: readonly Tensor[]) => ScanStep,
  initial: readonly Tensor[],
  sequences: readonly Tensor[],
  options: { readonly length?: number; readonly reverse?: boolean } = {},
): { carries: readonly Tensor[]; outputs: readonly Tensor[] } {
  const length = options.length ?? (sequences[0]?.shape[0] as number);
  const carries = initial.map((tensor) => placeholder(tensor.shape, tensor.dtype, "carry"));
  const slices = sequences.map((tensor) => placeholder(tensor.shape.slice(1), tensor.dtype, "slice"));
  requireWalkable(length, initial, sequences);
  const result = step(carries, slices);
  requireSameCarries(initial, result.carries);
  const traced = closeOver(
    [...result.carries, ...(result.outputs ?? [])],
    new Map([...carries, ...slices].map((tensor): [Tensor, Tensor] => [tensor, tensor])),
  );
  const body: ScanBody = {
    carries,
    slices,
    constants: traced.placeholders,
    nextCarries: traced.outputs.slice(0, carries.length),
    stacked: traced.outputs.slice(carries.length),
  };
  const made = applyAll(scanOp, [...initial, ...sequences, ...traced.captured], {
    body,
    length,
    reverse: options.reverse ?? false,
  });
  return { carries: made.slice(0, carries.length), outputs: made.slice(carries.length) };
}

// A body is a graph for fixed sizes: unknown ones belong to a layer's call, which is written down once per batch size.
function requireWalkable(length: number, initial: readonly Tensor[], sequences: readonly Tensor[]): void {
  if (typeof length !== "number" || [...initial, ...sequences].some((tensor) => tensor.shape.includes(null)))
    throw new ShapeError("scan needs tensors of known sizes", { hint: "use it in the call() of a layer of your own" });
  for (const { shape } of sequences)
    if (shape[0] !== length)
      throw new ShapeError(`scan over ${length} steps can't walk over a sequence ${showSizes(shape)}`);
}

function requireSameCarries(initial: readonly Tensor[], next: readonly Tensor[]): void {
  if (next.length !== initial.length)
    throw new ValueError(`scan carries ${initial.length} tensors, its body gave ${next.length}`);
  initial.forEach((before, i) => {
    const after = next[i] as Tensor;
    if (shapesEqual(before.shape, after.shape) && before.dtype === after.dtype) return;
    const show = (tensor: Tensor): string => `${showSizes(tensor.shape)} ${tensor.dtype}`;
    throw new ShapeError(`scan: carry ${i} begins as ${show(before)}, its body gave ${show(after)}`);
  });
}

const showSizes = (shape: Shape): string => `[${shape.join(", ")}]`;

/**
 * Whatever doesn't depend on the loop's own values is computed once, outside, and enters as a constant. `own` says which
 * tensors are given at every step, and as what they enter.
 */
export function closeOver(
  outputs: readonly Tensor[],
  own: ReadonlyMap<Tensor, Tensor>,
): { outputs: Tensor[]; captured: Tensor[]; placeholders: Tensor[] } {
  const inside = new Set<Tensor>(own.keys());
  const captured = new Map<Tensor, Tensor>();
  const capture = (tensor: Tensor): void => {
    const key = originalOf(tensor);
    const literal = key.call.source?.kind === "constant" && key.rank === 0;
    if (inside.has(key) || captured.has(key) || literal) return;
    captured.set(key, placeholder(key.shape, key.dtype, key.name));
  };
  for (const call of callsOf(outputs, new Set(own.keys()))) {
    if (!call.inputs.some((input) => inside.has(originalOf(input)))) continue;
    for (const output of call.outputs) inside.add(output);
    for (const input of call.inputs) capture(input);
  }
  for (const output of outputs) capture(output);
  const substitution = new Map<Tensor, Tensor>(captured);
  for (const [tensor, input] of own) substitution.set(tensor, input);
  return {
    outputs: replay(outputs, substitution, (call, inputs) => record({ ...call, inputs }, call.outputs)),
    captured: [...captured.keys()],
    placeholders: [...captured.values()],
  };
}

function scanGradient(grads: readonly (Tensor | null)[], at: VjpContext<ScanAttrs>): (Tensor | null)[] {
  const { body, length, reverse } = at.attrs;
  const carryCount = body.carries.length;
  const floats = body.carries.map((tensor) => tensor.dtype === "float32");
  // 1. Differentiate one step.
  const gradCarries = body.nextCarries.map((tensor, i) =>
    floats[i] ? placeholder(tensor.shape, "float32", "grad carry") : null,
  );
  const gradStacked = body.stacked.map((tensor, i) =>
    grads[carryCount + i] ? placeholder(tensor.shape, "float32", "grad output") : null,
  );
  const wrt = [...body.carries, ...body.slices, ...body.constants];
  const bodyGrads = at.gradients([...body.nextCarries, ...body.stacked], [...gradCarries, ...gradStacked], wrt);
  const zero = (tensor: Tensor): Tensor => broadcastTo(scalar(0), tensor.shape as readonly number[]);
  const nextGrads = body.carries.flatMap((tensor, i) => (floats[i] ? [bodyGrads[i] ?? zero(tensor)] : []));
  const sliceGrads = bodyGrads.slice(carryCount, carryCount + body.slices.length);
  const constantGrads = bodyGrads.slice(carryCount + body.slices.length);
  // 2. What of the forward step the backward step reads: keep it, stacked.
  const forward = new Set(callsOf([...body.nextCarries, ...body.stacked], new Set(wrt)));
  const kept = frontier(
    [...nextGrads, ...sliceGrads, ...constantGrads].filter((tensor): tensor is Tensor => tensor !== null),
    forward,
    new Set(body.carries),
  );
  const inputs = at.inputs.map(originalOf);
  const widened = applyAll(scanOp, inputs, { body: { ...body, stacked: [...body.stacked, ...kept] }, length, reverse });
  at.outputs.forEach((output, i) => at.replace(output, widened[i] as Tensor));
  const keptStacks = widened.slice(carryCount + body.stacked.length);
  // 3. The backward loop: sequences are everything with one value per step.
  const perStep = new Map<Tensor, Tensor>();
  // Inside of the backward body a kept value is an input like any other.
  const inside = (tensor: Tensor): Tensor =>
    tensor.call.source ? tensor : placeholder(tensor.shape, tensor.dtype, tensor.name);
  kept.forEach((tensor, i) => perStep.set(tensor, keptStacks[i] as Tensor));
  body.slices.forEach((tensor, i) => perStep.set(tensor, inputs[carryCount + i] as Tensor));
  gradStacked.forEach((tensor, i) => tensor && perStep.set(tensor, grads[carryCount + i] as Tensor));
  const stacked: Tensor[] = [];
  const stacker: Stacker = {
    perStep,
    placeOf: (tensor) => (stacked.includes(tensor) ? stacked.indexOf(tensor) : stacked.push(tensor) - 1),
  };
  const slicePlaces = sliceGrads.map((tensor) => (tensor ? stacker.placeOf(tensor) : -1));
  const later = constantGrads.map((tensor) => (tensor ? hoistSum(tensor, stacker) : null));
  const outer = new Map<Tensor, Tensor>();
  body.constants.forEach((tensor, i) => outer.set(tensor, inputs[carryCount + body.slices.length + i] as Tensor));
  const carriesIn = gradCarries.filter((tensor): tensor is Tensor => tensor !== null);
  const steps = [...perStep.keys()];
  const stepInputs = steps.map(inside);
  const own = new Map(
    [...carriesIn, ...steps].map((tensor, i): [Tensor, Tensor] => [
      tensor,
      i < carriesIn.length ? tensor : (stepInputs[i - carriesIn.length] as Tensor),
    ]),
  );
  const closed = closeOver([...nextGrads, ...stacked], own);
  const backBody: ScanBody = {
    carries: carriesIn,
    slices: stepInputs,
    constants: closed.placeholders,
    nextCarries: closed.outputs.slice(0, carriesIn.length),
    stacked: closed.outputs.slice(carriesIn.length),
  };
  const first = body.nextCarries.flatMap((tensor, i) => (floats[i] ? [grads[i] ?? zero(tensor)] : []));
  const captured = replayOutside(closed.captured, outer);
  const back = applyAll(scanOp, [...first, ...steps.map((tensor) => perStep.get(tensor) as Tensor), ...captured], {
    body: backBody,
    length,
    reverse: !reverse,
  });
  const backStacks = back.slice(carriesIn.length);
  let next = 0;
  return [
    ...floats.map((float) => (float ? (back[next++] as Tensor) : null)),
    ...slicePlaces.map((place) => (place < 0 ? null : (backStacks[place] as Tensor))),
    ...later.map((finish) => (finish ? finish(backStacks) : null)),
  ];
}

/** Values made by the forward step (or carried into it) that the gradient step reads directly. */
function frontier(outputs: readonly Tensor[], forward: ReadonlySet<unknown>, carries: ReadonlySet<Tensor>): Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<unknown>();
  const visit = (tensor: Tensor): void => {
    const key = originalOf(tensor);
    if (carries.has(key)) found.add(key);
    else if (forward.has(key.call)) {
      if (key.call.source) return;
      // A view of a kept value costs nothing to make again.
      if (key.call.op === (reshapeOp as Op) || key.call.op === (transposeOp as Op)) visit(key.call.inputs[0] as Tensor);
      else found.add(key);
    } else if (!seen.has(key.call)) {
      seen.add(key.call);
      key.call.inputs.forEach(visit);
    }
  };
  outputs.forEach(visit);
  return [...found];
}

/** Captured tensors as the outer graph knows them: body constants stand for the scan's own inputs. */
export function replayOutside(captured: readonly Tensor[], outer: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  return replay(captured, outer, (call, inputs) => record({ ...call, inputs }, call.outputs));
}
