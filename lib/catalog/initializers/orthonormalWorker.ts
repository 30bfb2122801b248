// The body of the thread that makes large orthonormal matrices: requests in, their numbers out, in the same order.

import { parentPort } from "node:worker_threads";
import { type OrthonormalRequest, orthonormal } from "./orthonormal.js";

parentPort?.on("message", (request: OrthonormalRequest) => {
  const data = orthonormal(request);
  parentPort?.postMessage(data, [data.buffer as ArrayBuffer]);
});
