// Ports that nobody listens to and a new key, in a file that only this user can read.

import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { ConnectionInfo } from "../../wire/messages.js";

const host = "127.0.0.1";

/** All held open until the last one is found, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Server>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, host, () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function writeConnection(
  folder: string,
  kernelName: string,
): Promise<{ readonly info: ConnectionInfo; readonly file: string }> {
  const [shell_port = 0, iopub_port = 0, stdin_port = 0, control_port = 0, hb_port = 0] = await freePorts(5);
  const info: ConnectionInfo = {
    transport: "tcp",
    ip: host,
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    kernel_name: kernelName,
  };
  // Who tidies temporary folders may have taken it.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `kernel-${randomUUID()}.json`);
  await writeFile(file, JSON.stringify(info), { mode: 0o600 });
  return { info, file };
}
