// /api/config: sections of settings that front ends keep, in files of their own.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isObject } from "../notebook/format.js";
import type { Json } from "../wire/messages.js";
import { writeWhole } from "./contents/write.js";
import { objectOf, Refusal } from "./refusal.js";

export function addConfig(app: FastifyInstance, folder: string): void {
  let turn: Promise<unknown> = Promise.resolve();
  const change = (request: FastifyRequest, how: (before: Json, body: Json) => Json): Promise<Json> => {
    const file = fileOf(request, folder);
    const done = turn.then(async () => {
      const after = how(await read(file), objectOf(request.body));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(file, JSON.stringify(after, null, 2));
      return after;
    });
    turn = done.catch(() => {});
    return done;
  };
  app.get("/api/config/:section", async (request) => read(fileOf(request, folder)));
  app.patch("/api/config/:section", (request) => change(request, merged));
  app.put("/api/config/:section", async (request, reply) => {
    await change(request, (_, body) => body);
    return reply.code(204).send();
  });
}

function fileOf(request: FastifyRequest, folder: string): string {
  const { section } = request.params as { section: string };
  if (!/^[a-z][\w-]{0,63}$/i.test(section)) throw new Refusal(400, "a section's name has letters, digits, - and _");
  return join(folder, `settings-${section.toLowerCase()}.json`);
}

async function read(file: string): Promise<Json> {
  try {
    return objectOf(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return {};
  }
}

/** Objects merge; null deletes. */
function merged(before: Json, change: Json): Json {
  const entries = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(change)) {
    const old = entries.get(key);
    if (value === null) entries.delete(key);
    else entries.set(key, isObject(value) ? merged(isObject(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(entries);
}
