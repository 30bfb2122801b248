// What of the HTTP library is used. One file, so that a package can hold just that much of it.

export { default as Fastify } from "fastify";
