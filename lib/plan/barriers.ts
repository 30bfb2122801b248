// Where workers meet: between a step and any later one that touches what it wrote, or writes what it read. Ranges of bytes
// decide, so memory that values share one after the other is covered too.

import { accessesOf, stageShape } from "./accesses.js";
import type { Buffer, KernelSpec, Pointer, Step } from "./program.js";

interface Touch {
  readonly place: string;
  readonly start: number;
  readonly end: number;
  readonly writes: boolean;
  readonly one: boolean;
}

/** The steps with barriers put in. */
export function withBarriers(
  steps: readonly Step[],
  buffers: readonly Buffer[],
  kernels: readonly KernelSpec[],
): Step[] {
  const out: Step[] = [];
  let pending: Touch[] = [];
  const meet = (): void => {
    out.push({ kind: "barrier" });
    pending = [];
  };
  for (const step of steps) {
    if (step.kind === "repeat") {
      const inner = withBarriers(step.steps, buffers, kernels);
      const shared = inner.some((own) => own.kind !== "call" || own.workers === "all");
      if (pending.some((touch) => !touch.one) || (shared && pending.length > 0)) meet();
      // One iteration's writes are the next one's reads.
      if (shared && inner.at(-1)?.kind !== "barrier") inner.push({ kind: "barrier" });
      out.push({ ...step, steps: inner });
      if (!shared) pending.push({ place: "*", start: 0, end: Number.POSITIVE_INFINITY, writes: true, one: true });
      continue;
    }
    const touches = touchesOf(step, buffers, kernels);
    if (touches.some((touch) => pending.some((before) => conflict(before, touch)))) meet();
    pending.push(...touches);
    out.push(step);
  }
  // The next repetition of the program begins with whatever it likes.
  if (pending.some((touch) => !touch.one)) out.push({ kind: "barrier" });
  return out;
}

function conflict(a: Touch, b: Touch): boolean {
  if (!(a.writes || b.writes) || (a.one && b.one)) return false;
  return a.place === "*" || (a.place === b.place && a.start < b.end && b.start < a.end);
}

function touchesOf(step: Step, buffers: readonly Buffer[], kernels: readonly KernelSpec[]): Touch[] {
  const touch = (pointer: Pointer, low: number, bytes: number, writes: boolean, one: boolean): Touch => {
    const buffer = buffers[pointer.buffer] as Buffer;
    // A pointer that moves may be anywhere in its buffer.
    const [start, length] = pointer.strides ? [0, buffer.bytes] : [pointer.byteOffset + low, bytes];
    const base = buffer.home === "arena" ? buffer.byteOffset : 0;
    return {
      place: buffer.home === "arena" ? `arena ${buffer.segment}` : `buffer ${pointer.buffer}`,
      start: base + start,
      end: base + start + length,
      writes,
      one,
    };
  };
  if (step.kind === "copy") {
    const bytes = (stride: number): number => (step.rows - 1) * stride + step.rowBytes;
    return [
      touch(step.from, 0, bytes(step.fromStrideBytes), false, false),
      touch(step.to, 0, bytes(step.toStrideBytes), true, false),
    ];
  }
  if (step.kind !== "call") return [];
  const spec = kernels[step.kernel] as KernelSpec;
  const outputs = "outputs" in spec ? spec.outputs.length : 1;
  const accesses = accessesOf(spec);
  return step.pointers.map((pointer, i) => {
    const { access, space } = accesses[i] as (typeof accesses)[number];
    const shape = stageShape(access, space);
    return touch(
      pointer,
      shape.low * 4,
      shape.elements * 4,
      i >= step.pointers.length - outputs,
      step.workers === "one",
    );
  });
}
