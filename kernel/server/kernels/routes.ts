// /api/kernels, /api/sessions and /api/kernelspecs.

import { stat } from "node:fs/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { namesOf, type Root } from "../contents/paths.js";
import { objectOf, Refusal, textOf } from "../refusal.js";
import type { Kernels } from "./kernels.js";
import type { Sessions } from "./sessions.js";
import { logoOf, specModel } from "./specs.js";

const param = (request: FastifyRequest, name: string): string => (request.params as Record<string, string>)[name] ?? "";

export function addKernels(app: FastifyInstance, kernels: Kernels, root: Root): void {
  const get = (request: FastifyRequest) => kernels.get(param(request, "id"));
  app.get("/api/kernels", async () => kernels.all.map((kernel) => kernel.model));
  app.post("/api/kernels", async (request, reply) => {
    const model = objectOf(request.body ?? {});
    const folder = await root.file(namesOf(textOf(model, "path") ?? ""));
    const isFolder = (await stat(folder).catch(() => null))?.isDirectory() ?? false;
    const kernel = await kernels.start(textOf(model, "name"), isFolder ? folder : root.folder);
    return reply.code(201).header("Location", `/api/kernels/${kernel.id}`).send(kernel.model);
  });
  app.get("/api/kernels/:id", async (request) => get(request).model);
  app.delete("/api/kernels/:id", async (request, reply) => {
    await kernels.shutdown(get(request).id);
    return reply.code(204).send();
  });
  app.post("/api/kernels/:id/interrupt", async (request, reply) => {
    get(request).interrupt();
    return reply.code(204).send();
  });
  app.post("/api/kernels/:id/restart", async (request) => {
    const kernel = get(request);
    await kernel.restart();
    return kernel.model;
  });
}

export function addSessions(app: FastifyInstance, sessions: Sessions): void {
  app.get("/api/sessions", async () => sessions.all);
  app.post("/api/sessions", async (request, reply) => reply.code(201).send(await sessions.create(request.body)));
  app.get("/api/sessions/:id", async (request) => sessions.get(param(request, "id")));
  app.patch("/api/sessions/:id", async (request) => sessions.change(param(request, "id"), request.body));
  app.delete("/api/sessions/:id", async (request, reply) => {
    await sessions.remove(param(request, "id"));
    return reply.code(204).send();
  });
}

export function addSpecs(app: FastifyInstance, kernels: Kernels): void {
  app.get("/api/kernelspecs", async () => ({
    default: kernels.defaultName,
    kernelspecs: Object.fromEntries(Object.entries(kernels.specs).map(([name, one]) => [name, specModel(name, one)])),
  }));
  app.get("/api/kernelspecs/:name", async (request) =>
    specModel(param(request, "name"), kernels.spec(param(request, "name"))),
  );
  app.get("/kernelspecs/:name/logo-svg.svg", async (request, reply) => {
    const picture = logoOf(param(request, "name"));
    if (picture === null) throw new Refusal(404, "this kernel has no picture");
    return reply.type("image/svg+xml").send(picture);
  });
}
