// /api/contents: files, their checkpoints, and trust.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { namesAfter } from "../address.js";
import { Refusal } from "../refusal.js";
import { createCheckpoint, deleteCheckpoint, listCheckpoints, restoreCheckpoint } from "./checkpoints.js";
import type { Contents } from "./contents.js";
import { statOf } from "./models.js";

const prefix = "/api/contents";

export function addContents(app: FastifyInstance, contents: Contents): void {
  for (const url of [prefix, `${prefix}/*`]) {
    app.get(url, async (request, reply) => {
      const place = await placeOf(request, contents);
      if (place.checkpoint !== undefined) return listCheckpoints(place.file);
      return reply.send(await contents.read(place.names, wanted(request)));
    });
    app.post(url, (request, reply) => post(request, reply, contents));
    app.put(url, async (request, reply) => {
      const { model, created } = await contents.save(namesOf(request), request.body);
      return reply.code(created ? 201 : 200).send(model);
    });
    app.patch(url, async (request) => contents.move(namesOf(request), request.body));
    app.delete(url, async (request, reply) => {
      const place = await placeOf(request, contents);
      if (place.checkpoint !== undefined) await deleteCheckpoint(place.file, place.checkpoint);
      else await contents.remove(place.names);
      return reply.code(204).send();
    });
  }
}

async function post(request: FastifyRequest, reply: FastifyReply, contents: Contents): Promise<FastifyReply> {
  const place = await placeOf(request, contents);
  if (place.trust) {
    await contents.trust(place.names);
    return reply.code(201).send({});
  }
  if (place.checkpoint === "") return reply.code(201).send(await createCheckpoint(place.file));
  if (place.checkpoint !== undefined) {
    await restoreCheckpoint(place.file, place.checkpoint);
    return reply.code(204).send();
  }
  const model = await contents.create(place.names, request.body);
  return reply
    .code(201)
    .header("Location", encodeURI(`${prefix}/${model["path"]}`))
    .send(model);
}

interface PlaceInContents {
  readonly names: readonly string[];
  readonly file: string;
  /** Of this file's checkpoints: one, or "" for all; undefined: the file itself is meant. */
  readonly checkpoint: string | undefined;
  readonly trust: boolean;
}

/** FILE/checkpoints, FILE/checkpoints/ID and FILE/trust speak of a file, unless the path itself exists. */
async function placeOf(request: FastifyRequest, contents: Contents): Promise<PlaceInContents> {
  const names = namesOf(request);
  const at = names.at(-1) === "checkpoints" || names.at(-1) === "trust" ? names.length - 1 : names.length - 2;
  const word = names[at];
  const base = names.slice(0, at);
  if (at > 0 && (word === "checkpoints" || (word === "trust" && at === names.length - 1))) {
    const file = await contents.root.file(base);
    if ((await statOf(file, base.join("/"))).isFile()) {
      const trust = word === "trust";
      return { names: base, file, checkpoint: trust ? undefined : (names[at + 1] ?? ""), trust };
    }
  }
  return { names, file: await contents.root.file(names), checkpoint: undefined, trust: false };
}

const namesOf = (request: FastifyRequest): string[] => namesAfter(prefix, request);

function wanted(request: FastifyRequest): { content: boolean; hash: boolean; type?: string; format?: string } {
  const query = request.query as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = query[name];
    if (value === undefined || typeof value === "string") return value === "" || value === "null" ? undefined : value;
    throw new Refusal(400, `"${name}" is given more than once`);
  };
  const [type, format] = [text("type"), text("format")];
  return {
    content: text("content") !== "0",
    hash: text("hash") === "1",
    ...(type === undefined ? {} : { type }),
    ...(format === undefined ? {} : { format }),
  };
}
