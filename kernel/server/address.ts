// What a request's address names below a prefix.

import type { FastifyRequest } from "fastify";
import { namesOfUrl } from "./contents/paths.js";

/** From the address as it came: what routers decode can't be told from what was a slash. */
export function namesAfter(prefix: string, request: FastifyRequest): string[] {
  const [path = ""] = (request.raw.url ?? "").split("?");
  return namesOfUrl(path.slice(prefix.length));
}
