// What was drawn, in the size and place that handwritten digits have in data sets: 20 of 28 pixels, their weight in the middle.

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** From 0 (paper) to 1 (ink). */
  readonly data: Float32Array;
}

/** The share of a picture's longer side that a digit takes (Y. LeCun and others 1998, the MNIST database). */
const share = 20 / 28;

/** The drawing in `columns` x `rows` pixels; moved and sized if `centre`, else as it is. */
export function centred(drawn: Picture, columns: number, rows: number, centre: boolean): Picture {
  const box = inked(drawn);
  const empty = { width: columns, height: rows, data: new Float32Array(columns * rows) };
  if (!box) return empty;
  if (!centre) return scaled(drawn, columns, rows, drawn.width / columns, 0, 0);
  // Pixels of the drawing in one of the model's.
  const step = Math.max(box.width, box.height) / (share * Math.max(columns, rows));
  return scaled(drawn, columns, rows, step, box.x - (columns / 2) * step, box.y - (rows / 2) * step);
}

/** Size of the ink, and its centre of mass. */
function inked({ width, height, data }: Picture): { width: number; height: number; x: number; y: number } | null {
  let [left, right, top, bottom, mass, x, y] = [width, -1, height, -1, 0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = data[row * width + column] ?? 0;
      if (value === 0) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  }
  return mass === 0 ? null : { width: right - left + 1, height: bottom - top + 1, x: x / mass, y: y / mass };
}

/** Averages of squares of `step` pixels, the first of which begins at (x, y). */
function scaled(drawn: Picture, columns: number, rows: number, step: number, x: number, y: number): Picture {
  const data = Float32Array.from({ length: columns * rows }, (_, i) => {
    const [left, top] = [x + (i % columns) * step, y + Math.floor(i / columns) * step];
    const [firstX, lastX] = [Math.round(left), Math.max(Math.round(left) + 1, Math.round(left + step))];
    const [firstY, lastY] = [Math.round(top), Math.max(Math.round(top) + 1, Math.round(top + step))];
    let sum = 0;
    for (let row = Math.max(0, firstY); row < Math.min(drawn.height, lastY); row++) {
      for (let column = Math.max(0, firstX); column < Math.min(drawn.width, lastX); column++)
        sum += drawn.data[row * drawn.width + column] ?? 0;
    }
    return sum / ((lastX - firstX) * (lastY - firstY));
  });
  return { width: columns, height: rows, data };
}
