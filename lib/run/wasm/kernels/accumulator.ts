// W running combinations, one per lane (with the index where it was found, for argmax and argmin): values go in one vector at a
// time, a vector of results comes out. NaN wins as in IEEE's maximum; the first index wins among equals.

import type { DType } from "../../../graph/dtype.js";
import type { Lane } from "../../../graph/lanes.js";
import type { Combine } from "../../../plan/program.js";
import type { Assembler, Value } from "../assembler.js";

type Plain = "sum" | "prod" | "max" | "min";

const identities: Record<Plain, { float32: number; int32: number }> = {
  sum: { float32: 0, int32: 0 },
  prod: { float32: 1, int32: 1 },
  max: { float32: Number.NEGATIVE_INFINITY, int32: -0x80000000 },
  min: { float32: Number.POSITIVE_INFINITY, int32: 0x7fffffff },
};

export class Accumulator {
  private readonly assembler: Assembler;
  private readonly combine: Combine;
  private readonly plain: Plain;
  private readonly indexed: boolean;
  private readonly dtype: DType;
  private readonly identity: Lane;
  private readonly best: Value;
  private readonly index: Value | undefined;

  constructor(assembler: Assembler, combine: Combine, dtype: DType, from?: { best: Lane; index: Lane | undefined }) {
    this.assembler = assembler;
    this.combine = combine;
    this.dtype = dtype;
    this.indexed = combine === "argmax" || combine === "argmin";
    this.plain = combine === "argmax" ? "max" : combine === "argmin" ? "min" : combine;
    const number = dtype === "float32" ? "float32" : "int32";
    this.identity = assembler.constant(identities[this.plain][number], number);
    this.best = assembler.variable(from?.best ?? this.identity);
    // A lane that met nothing but the identity never wins with a later index: 0 is right for it.
    this.index = this.indexed ? assembler.variable(from?.index ?? assembler.constant(0, "int32")) : undefined;
  }

  private combined(a: Lane, b: Lane): Lane {
    const { assembler } = this;
    if (this.plain === "sum") return assembler.add(a, b);
    if (this.plain === "prod") return assembler.mul(a, b);
    return this.plain === "max" ? assembler.max(a, b) : assembler.min(a, b);
  }

  private beats(a: Lane, b: Lane): Lane {
    return this.plain === "max" ? this.assembler.gt(a, b) : this.assembler.lt(a, b);
  }

  /** The first `count` lanes of `value`, whose indices `number` gives. */
  take(value: Lane, number: () => Lane, count: number): void {
    const { assembler, best, index } = this;
    const plain = value.dtype === "bool" ? assembler.convert(value, "int32") : value;
    const next =
      count < assembler.machine.lanes ? assembler.select(assembler.firstLanes(count), plain, this.identity) : plain;
    if (!index) {
      assembler.update(best, this.combined(best, next));
      return;
    }
    const isNew = assembler.and(assembler.ne(next, next), assembler.eq(best, best));
    const better = assembler.or(this.beats(next, best), isNew);
    assembler.update(best, assembler.select(better, next, best));
    assembler.update(index, assembler.select(better, number(), index));
  }

  /** Takes what `other` has. */
  join(other: Accumulator): void {
    const { assembler, best, index } = this;
    if (!index || !other.index) {
      assembler.update(best, this.combined(best, other.best));
      return;
    }
    const earlier = assembler.lt(other.index, index);
    const better = assembler.or(this.beats(other.best, best), assembler.and(assembler.eq(other.best, best), earlier));
    const newNaN = assembler.and(assembler.ne(other.best, other.best), assembler.or(assembler.eq(best, best), earlier));
    const wins = assembler.or(better, newNaN);
    assembler.update(best, assembler.select(wins, other.best, best));
    assembler.update(index, assembler.select(wins, other.index, index));
  }

  /** One result, in all lanes. */
  across(): Lane {
    const { assembler } = this;
    const { lanes } = assembler.machine;
    for (let half = lanes / 2; half >= 1; half /= 2) {
      const picks = Array.from({ length: lanes }, (_, lane) => lane ^ half);
      const turned = (value: Lane): Lane => assembler.shuffle(value, value, picks);
      const from = { best: turned(this.best), index: this.index && turned(this.index) };
      this.join(new Accumulator(assembler, this.combine, this.dtype, from));
    }
    return this.result();
  }

  /** The lanes' results. */
  result(): Lane {
    if (this.index) return this.index;
    return this.dtype === "bool" && this.combine !== "sum" ? this.assembler.convert(this.best, "bool") : this.best;
  }
}
