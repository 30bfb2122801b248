// A tensor or a weight → what it is; with its numbers where there are some to be had.

import { callsOf } from "../../../lib/graph/network.js";
import { showShape } from "../../../lib/graph/shape.js";
import { weightAccess } from "../../../lib/graph/weightAccess.js";
import { Tensor, Weight } from "../../../lib/index.js";
import { escapeHtml } from "../escape.js";
import type { MimeBundle, Picture } from "../picture.js";
import { arrayBundle } from "./picture.js";
import type { NdArrayLike } from "./view.js";

/** More numbers than this nobody wants computed only to look at them. */
const mostNumbers = 2 ** 24;

export const tensorPicture: Picture<Tensor> = {
  name: "tensor",
  accepts: (value): value is Tensor => value instanceof Tensor,
  async draw(tensor) {
    const { shape, dtype, mask } = tensor;
    const place = `${placeOf(tensor)}${mask ? ", masked" : ""}`;
    if (sizeOf(shape) <= mostNumbers && !callsOf([tensor]).some(({ source }) => source?.kind === "input"))
      return numbersOf(`Tensor of ${place}`, String(tensor), () => tensor.data());
    return facts(`Tensor ${showShape(shape)} ${dtype} of ${place}`, [
      `<b>Tensor</b> ${escapeHtml(showShape(shape))}`,
      dtype,
      `of ${escapeHtml(place)}`,
    ]);
  },
};

export const weightPicture: Picture<Weight> = {
  name: "weight",
  accepts: (value): value is Weight => value instanceof Weight,
  async draw(weight) {
    const { path, shape, dtype, size } = weight;
    const { access } = weightAccess;
    if (access && size <= mostNumbers) return numbersOf(`Weight ${path}`, String(weight), () => access.read(weight));
    return facts(String(weight), [`<b>Weight</b> ${escapeHtml(path)} ${escapeHtml(showShape(shape))}`, dtype]);
  },
};

const placeOf = ({ call, name }: Tensor): string => call.layer?.describe() ?? name;

const sizeOf = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((product, size) => product * (size ?? Number.POSITIVE_INFINITY), 1);

/** What can't be computed is still described. */
async function numbersOf(name: string, text: string, read: () => Promise<unknown>): Promise<MimeBundle> {
  try {
    return arrayBundle((await read()) as NdArrayLike, name);
  } catch {
    return facts(text, [`<b>${escapeHtml(text)}</b>`]);
  }
}

const facts = (text: string, html: readonly string[]): MimeBundle => ({
  "text/html": `<div>${html.join(" · ")}</div>`,
  "text/plain": text,
});
