// A number written into a kernel.

import type { DType } from "../../graph/dtype.js";
import type { Op, View } from "../../graph/op.js";

export const literalOp: Op<{ readonly value: number; readonly dtype: DType }> = {
  name: "literal",
  kind: "elementwise",
  infer: (_inputs, { dtype }) => [{ shape: [], dtype }],
  reference(_inputs, [out], { value }) {
    (out as View).data[0] = value;
  },
  emit: (k, _args, { value, dtype }) => k.constant(value, dtype),
  *samples() {
    yield { inputs: [], attrs: { value: 1.5, dtype: "float32" } };
  },
};
