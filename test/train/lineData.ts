// Ten samples of a line, for trainings whose numbers can be followed by hand.

export const count = 10;
export const xs: number[][] = Array.from({ length: count }, (_, i) => [i / count, 1 - i / count]);
export const ys: number[][] = xs.map(([a]) => [2 * (a as number) - 1]);
