// What the laboratory times: a kernel spec, the sizes of its arrays by pointer (-n: the same array as pointer n - 1), and how many floating
// point operations and bytes of memory it takes.

const op = (emit) => ({ kind: "elementwise", emit });
const ops = {
  add: op((k, [a, b]) => k.add(a, b)),
  sub: op((k, [a, b]) => k.sub(a, b)),
  mul: op((k, [a, b]) => k.mul(a, b)),
  div: op((k, [a, b]) => k.div(a, b)),
  fma: op((k, [a, b, c]) => k.fma(a, b, c)),
  sqrt: op((k, [a]) => k.sqrt(a)),
  relu: op((k, [a]) => k.max(a, k.constant(0))),
  flush: op((k, [a]) => k.select(k.lt(k.abs(a), k.constant(1e-30)), k.constant(0), a)),
  scale: op((k, [a], factor) => k.mul(a, k.constant(factor))),
};
export const lookup = (name) => ({ ...ops[name], name });

const strided = (strides, offset = 0, dtype = "float32") => ({ dtype, strides, offset });
const dense = (sizes) => strided(sizes.map((_, d) => sizes.slice(d + 1).reduce((a, b) => a * b, 1)));
const expr = (nodes, inputs, results) => ({
  nodes: nodes.map(([name, args, attrs = null]) => ({ op: name, args, attrs, dtype: "float32" })),
  results: results ?? [inputs + nodes.length - 1],
});
const identity = { nodes: [], results: [0] };
const size = (sizes) => sizes.reduce((a, b) => a * b, 1);

const matmul = (name, spec, sizes, bytes) => ({
  name,
  spec: { family: "matmul", batch: [], epilogueInputs: [], epilogue: identity, ...spec },
  sizes,
  flops: 2 * size([...(spec.batch ?? []), ...spec.m, ...spec.n, ...spec.k]),
  bytes,
});

/** A plain product of row-major matrices; `turned` operands are stored transposed. */
function plain(m, n, k, { a = false, b = false, name = "", bytes } = {}) {
  return matmul(
    `${name || "matmul"} [${m},${k}]${a ? "T" : ""} x [${k},${n}]${b ? "T" : ""}`,
    {
      m: [m],
      n: [n],
      k: [k],
      a: strided(a ? [1, m] : [k, 1]),
      b: strided(b ? [1, k] : [n, 1]),
      outputs: [strided([n, 1])],
    },
    [m * k, k * n, m * n],
    bytes,
  );
}

// Value 0 is the gradient; inputs 1 w, 2 m, 3 v, 4 the step's rate.
const adam = expr(
  [
    ["scale", [0], 0.1],
    ["scale", [2], 0.9],
    ["add", [5, 6]],
    ["flush", [7]],
    ["mul", [0, 0]],
    ["scale", [9], 0.001],
    ["scale", [3], 0.999],
    ["add", [10, 11]],
    ["flush", [12]],
    ["sqrt", [13]],
    ["scale", [14], 1.0001],
    ["add", [15, 4]],
    ["div", [8, 16]],
    ["mul", [17, 4]],
    ["sub", [1, 18]],
  ],
  5,
  [19, 8, 13],
);

function dense8(pixels) {
  const k = (pixels * 64) / 64;
  const lay = dense([k, 64]);
  return [
    plain(8, 64, k, { name: "tall", bytes: k * 64 * 4 }),
    matmul(
      `dW+Adam [${k},8] x [8,64]`,
      {
        m: [k],
        n: [64],
        k: [8],
        a: strided([1, k]),
        b: strided([64, 1]),
        epilogueInputs: [lay, lay, lay, strided([0, 0])],
        epilogue: adam,
        outputs: [lay, lay, lay],
      },
      [8 * k, 512, 64 * k, 64 * k, 64 * k, 1, -3, -4, -5],
      6 * k * 64 * 4,
    ),
    plain(8, k, 64, { b: true, name: "dx", bytes: (k * 64 + 8 * k) * 4 }),
  ];
}

function first(rows) {
  const spec = plain(rows, 128, 3);
  return matmul(
    `first dense [${rows},3] x [3,128] + bias, relu`,
    {
      ...spec.spec,
      epilogueInputs: [strided([0, 1])],
      epilogue: expr(
        [
          ["add", [0, 1]],
          ["relu", [2]],
        ],
        2,
      ),
    },
    [rows * 3, 384, 128, rows * 128],
    rows * 131 * 4,
  );
}

function convolutions(n, h, c, f) {
  const o = h - 2;
  const window = [h * h * c, h * c, c];
  const inside = [h * c, c, 1];
  const p = o + 4;
  return [
    matmul(
      `conv ${n}x${h}x${h}x${c} -> ${f}`,
      {
        m: [n, o, o],
        n: [f],
        k: [3, 3, c],
        a: strided([...window, ...inside]),
        b: strided([3 * c * f, c * f, f, 1]),
        epilogueInputs: [strided([0, 0, 0, 1])],
        epilogue: expr(
          [
            ["add", [0, 1]],
            ["relu", [2]],
          ],
          2,
        ),
        outputs: [dense([n, o, o, f])],
      },
      [n * h * h * c, 9 * c * f, f, n * o * o * f],
    ),
    matmul(
      `conv dW ${n}x${h}x${h}x${c} -> ${f}`,
      {
        m: [3, 3, c],
        n: [f],
        k: [n, o, o],
        a: strided([...inside, ...window]),
        b: strided([o * o * f, o * f, f, 1]),
        outputs: [dense([3, 3, c, f])],
      },
      [n * h * h * c, n * o * o * f, 9 * c * f],
    ),
    matmul(
      `conv dx ${n}x${h}x${h}x${c} -> ${f}`,
      {
        m: [n, h, h],
        n: [c],
        k: [3, 3, f],
        a: strided([p * p * f, p * f, f, p * f, f, 1]),
        b: strided([-3 * c * f, -c * f, 1, f], 8 * c * f),
        outputs: [dense([n, h, h, c])],
      },
      [n * p * p * f, 9 * c * f, n * h * h * c],
    ),
  ];
}

const elementwise = (name, spec, sizes, bytes) => ({ name, spec: { family: "elementwise", ...spec }, sizes, bytes });
const reduce = (name, spec, sizes, bytes) => ({
  name,
  spec: { family: "reduce", combine: "sum", expr: identity, epilogueInputs: [], epilogue: identity, ...spec },
  sizes,
  bytes,
});
const million = 1 << 20;

export const peak = plain(64, 64, 256);

export const shapes = [
  plain(512, 512, 512),
  plain(1024, 1024, 1024),
  plain(2048, 2048, 2048),
  matmul(
    "batched 64 x [128,128] x [128,128]",
    {
      batch: [64],
      m: [128],
      n: [128],
      k: [128],
      a: dense([64, 128, 128]),
      b: dense([64, 128, 128]),
      outputs: [dense([64, 128, 128])],
    },
    [million, million, million],
  ),
  ...dense8(200704),
  first(8 * 50176),
  plain(32, 512, 128, { name: "LSTM step" }),
  plain(32, 128, 512, { b: true, name: "LSTM dh" }),
  plain(128, 512, 1600, { a: true, name: "LSTM dU" }),
  plain(128, 512, 1600, { name: "CNN dense" }),
  plain(64, 128, 1600, { name: "CNN dense" }),
  plain(64, 1600, 128, { b: true, name: "CNN dense dx" }),
  plain(1600, 128, 64, { a: true, name: "CNN dense dW" }),
  plain(128, 512, 784, { name: "MLP" }),
  plain(128, 512, 512, { name: "MLP" }),
  plain(128, 512, 512, { b: true, name: "MLP dx" }),
  plain(784, 512, 128, { a: true, name: "MLP dW" }),
  plain(128, 10, 512, { name: "MLP logits" }),
  plain(512, 10, 128, { a: true, name: "MLP logits dW" }),
  plain(32, 64, 64, { name: "small" }),
  plain(1, 512, 784, { name: "one row" }),
  ...convolutions(64, 28, 1, 32),
  ...convolutions(64, 13, 32, 64),
  elementwise(
    "add, 4M elements",
    {
      space: [4 * million],
      inputs: [strided([1]), strided([1])],
      outputs: [strided([1])],
      expr: expr([["add", [0, 1]]], 2),
    },
    [4 * million, 4 * million, 4 * million],
    48 * million,
  ),
  elementwise(
    "add, 16K elements",
    { space: [16384], inputs: [strided([1]), strided([1])], outputs: [strided([1])], expr: expr([["add", [0, 1]]], 2) },
    [16384, 16384, 16384],
    48 * 4096,
  ),
  elementwise(
    "bias and relu [65536,32]",
    {
      space: [65536, 32],
      inputs: [strided([32, 1]), strided([0, 1])],
      outputs: [strided([32, 1])],
      expr: expr(
        [
          ["add", [0, 1]],
          ["relu", [2]],
        ],
        2,
      ),
    },
    [2 * million, 32, 2 * million],
    16 * million,
  ),
  elementwise(
    "transpose [1024,1024]",
    { space: [1024, 1024], inputs: [strided([1, 1024])], outputs: [strided([1024, 1])], expr: identity },
    [million, million],
    8 * million,
  ),
  elementwise(
    "Adam, 1M weights",
    {
      space: [million],
      inputs: [strided([1]), strided([1]), strided([1]), strided([1]), strided([0])],
      outputs: [strided([1]), strided([1]), strided([1])],
      expr: adam,
    },
    [million, million, million, million, 1, -2, -3, -4],
    28 * million,
  ),
  elementwise(
    "fill, 48M elements",
    { space: [48 * million], inputs: [strided([0])], outputs: [strided([1])], expr: identity },
    [1, 48 * million],
    192 * million,
  ),
  elementwise(
    "Adam, 12M weights",
    {
      space: [12 * million],
      inputs: [strided([1]), strided([1]), strided([1]), strided([0]), strided([0])],
      outputs: [strided([1]), strided([1]), strided([1])],
      expr: expr(
        adam.nodes.map(({ op, args, attrs }) => [
          op,
          args.map((i) => (i === 0 ? 4 : i > 4 ? i : i === 4 ? 3 : i - 1)),
          attrs,
        ]),
        5,
        adam.results,
      ),
    },
    [12 * million, 12 * million, 12 * million, 1, 1, -1, -2, -3],
    24 * 12 * million,
  ),
  reduce(
    "sum of rows [4096,1024]",
    { space: [4096], reduced: [1024], inputs: [strided([1024, 1])], outputs: [strided([1])] },
    [4 * million, 4096],
    16 * million,
  ),
  reduce(
    "sum of columns [1024,4096]",
    { space: [4096], reduced: [1024], inputs: [strided([1, 4096])], outputs: [strided([1])] },
    [4 * million, 4096],
    16 * million,
  ),
  reduce(
    "max pool 64x24x24x64",
    {
      space: [64, 12, 12, 64],
      reduced: [2, 2],
      combine: "max",
      inputs: [strided([24 * 24 * 64, 2 * 24 * 64, 128, 1, 24 * 64, 64])],
      outputs: [dense([64, 12, 12, 64])],
    },
    [64 * 24 * 24 * 64, 64 * 144 * 64],
    64 * 24 * 24 * 64 * 5,
  ),
  {
    name: "gather 1600 of [10000,64]",
    spec: { family: "gather", rows: 10000, count: 1600, width: 64 },
    sizes: [640000, 1600, 102400],
    bytes: 819200,
  },
  {
    name: "scatterAdd 1600 to [10000,64]",
    spec: { family: "scatterAdd", rows: 10000, count: 1600, width: 64 },
    sizes: [1600, 102400, 640000],
    bytes: 640000 * 4,
  },
];
