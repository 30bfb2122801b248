// A plain function as an initializer.

import { ShapeError } from "../../graph/errors.js";
import { shapesEqual, showShape } from "../../graph/shape.js";
import { Tensor } from "../../graph/tensor.js";
import type { Initializer, InitializerFunction } from "../../graph/weight.js";
import { cast } from "../ops/index.js";
import { rowsOf } from "./random.js";

/** The function's tensor, which must have the weight's shape: else ShapeError. */
export function fromFunction(make: InitializerFunction): Initializer {
  const className = make.name || "initializer";
  return {
    className,
    build(shape, dtype, _seed, rows) {
      const made = make(shape, dtype);
      if (!(made instanceof Tensor) || !shapesEqual(made.shape, shape)) {
        const received = made instanceof Tensor ? showShape(made.shape) : typeof made;
        throw new ShapeError(
          `${className} must give a tensor ${showShape(shape)} for this weight, received ${received}`,
        );
      }
      return rowsOf(made.dtype === dtype ? made : cast(made, dtype), rows);
    },
    getConfig: () => ({}),
  };
}
