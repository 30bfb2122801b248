// Jupyter Server's protocol on this machine, for one folder: kernels, sessions, files, and the page.

import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { dataFolder } from "../install.js";
import { NotebookError } from "../notebook/format.js";
import { addConfig } from "./config.js";
import { Contents } from "./contents/contents.js";
import { Root } from "./contents/paths.js";
import { addContents } from "./contents/routes.js";
import { Trust } from "./contents/trust.js";
import { addExport } from "./export.js";
import { Fastify } from "./fastify.js";
import { Gate, newToken } from "./gate.js";
import { dataHeaders } from "./headers.js";
import { Channels } from "./kernels/channels.js";
import { type Culling, Kernels } from "./kernels/kernels.js";
import { addKernels, addSessions, addSpecs } from "./kernels/routes.js";
import { Sessions } from "./kernels/sessions.js";
import { type KernelSpecs, ownSpecs } from "./kernels/specs.js";
import { addFiles, addPage } from "./page.js";
import { Refusal } from "./refusal.js";

export interface ServerOptions {
  /** The folder that is served. */
  readonly root: string;
  /** The first one tried; taken ones are skipped. 0: any. Default 8888. */
  readonly port?: number;
  /** Default: a new random one. */
  readonly token?: string;
  /** A folder with index.html: the page in the browser. */
  readonly page?: string;
  /** By name; default: Weft's own. The first one is the default kernel. */
  readonly kernels?: KernelSpecs;
  /** Where settings and the key of trusted notebooks are kept. */
  readonly state?: string;
  /** Default: kernels stay. */
  readonly culling?: Culling;
}

export interface RunningServer {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  readonly port: number;
  /** Ends all kernels and connections. */
  close(): Promise<void>;
}

/** Requests and notebooks up to 100 MB, as JSON. */
const largestBodyBytes = 256 * 1024 * 1024;
const portsTried = 100;
const address = "127.0.0.1";

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const root = await Root.open(options.root);
  const state = options.state ?? join(dataFolder({}), "weft");
  const gate = new Gate(options.token ?? newToken());
  const contents = new Contents(root, new Trust(state));
  const kernels = new Kernels(options.kernels ?? ownSpecs(), options.culling ?? { idleSeconds: 0 });
  const sessions = new Sessions(kernels, root);
  const channels = new Channels(kernels, gate);
  const app = makeApp(gate);
  addAbout(app, kernels, channels);
  addContents(app, contents);
  addKernels(app, kernels, root);
  addSessions(app, sessions);
  addSpecs(app, kernels);
  addConfig(app, state);
  addFiles(app, root);
  addExport(app, contents);
  if (options.page !== undefined) await addPage(app, options.page, gate);
  await app.ready();
  app.server.on("upgrade", (request, socket, head) => channels.upgrade(request, socket, head));
  const close = async (): Promise<void> => {
    await kernels.close();
    channels.close();
    await contents.close();
    await closeServer(app);
  };
  try {
    const port = await listen(app.server, options.port ?? 8888);
    gate.port = port;
    return { url: `http://${address}:${port}/`, token: gate.token, port, close: once(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

function makeApp(gate: Gate): FastifyInstance {
  const app = Fastify({
    bodyLimit: largestBodyBytes,
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: (error, _request, reply) => answerError(reply as unknown as FastifyReply, error),
  });
  // Front ends send JSON under several names.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(body as string));
    } catch (error) {
      done(new Refusal(400, `the body isn't JSON: ${(error as Error).message}`) as unknown as FastifyError);
    }
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(dataHeaders);
    const verdict = gate.check(request.raw);
    if (!verdict.welcome) return refuseEntry(reply, request.headers.accept, verdict.status, verdict.reason);
    (request as { byQuery?: boolean }).byQuery = verdict.byQuery;
    return undefined;
  });
  app.setErrorHandler((error, _request, reply) => answerError(reply, error));
  app.setNotFoundHandler((_request, reply) => answerError(reply, new Refusal(404, "there is nothing here")));
  return app;
}

/** Who comes by hand is told where the token is. */
function refuseEntry(reply: FastifyReply, accept = "", status: number, reason: string): FastifyReply {
  if (!accept.includes("text/html")) return reply.code(status).send({ message: reason, reason: null });
  const html = `<!doctype html><meta charset="utf-8"><title>Weft</title><p>Not let in: ${reason}.<p>Open the address that <code>weft</code> has printed in the terminal: it holds the token.`;
  return reply.code(status).type("text/html; charset=utf-8").send(html);
}

function answerError(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, message } = explain(error);
  return reply.code(status).headers(dataHeaders).type("application/json").send({ message, reason: null });
}

function explain(error: unknown): { readonly status: number; readonly message: string } {
  if (error instanceof Refusal) return error;
  if (error instanceof NotebookError) return { status: 400, message: error.message };
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message: string };
  // Too deep, or too long for one text.
  if (error instanceof RangeError && statusCode === undefined)
    return { status: 400, message: `this can't be handled: ${message}` };
  if (code === "EACCES" || code === "EPERM") return { status: 403, message: "the system doesn't permit this" };
  if (code === "ENOENT") return { status: 404, message: "there is no such file any more" };
  if (code === "ENAMETOOLONG") return { status: 400, message: "the path is too long" };
  if (code === "ENOSPC") return { status: 507, message: "the disk is full" };
  return { status: statusCode ?? 500, message };
}

/** Who and what is here. */
function addAbout(app: FastifyInstance, kernels: Kernels, channels: Channels): void {
  const started = new Date().toISOString();
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  app.get("/api", async () => ({ version }));
  app.get("/api/status", async () => {
    const times = kernels.all.map((kernel) => kernel.lastActivity.toISOString());
    const last = [started, ...times].sort().at(-1);
    return { started, last_activity: last, connections: channels.count, kernels: kernels.all.length };
  });
  app.get("/api/me", async () => {
    const { username } = userInfo();
    const initials = username.slice(0, 2).toUpperCase();
    const names = { username, name: username, display_name: username, initials };
    return { identity: { ...names, avatar_url: null, color: null }, permissions: {} };
  });
  app.post("/api/events", async (_request, reply) => reply.code(204).send());
}

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, address, () => {
          server.off("error", reject);
          resolve();
        });
      });
      return (server.address() as { port: number }).port;
    } catch (error) {
      const taken = ["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");
      if (!taken || first === 0 || port >= Math.min(65535, first + portsTried)) throw error;
    }
  }
}

async function closeServer(app: FastifyInstance): Promise<void> {
  const { server } = app;
  const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : Promise.resolve();
  server.closeAllConnections();
  await app.close();
  await closed;
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    closing ??= close();
    return closing;
  };
}
