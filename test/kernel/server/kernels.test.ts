import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KernelManager, ServerConnection } from "@jupyterlab/services";
import type { IKernelConnection } from "@jupyterlab/services/lib/kernel/kernel.js";
import { assert } from "chai";
import WebSocket from "ws";
import { type KernelSpec, ownSpecs } from "../../../kernel/server/kernels/specs.js";
import { type Opened, open, plainKernel, run, until } from "./open.js";

const own = ownSpecs()["weft"] as KernelSpec;
const node = (script: string): KernelSpec => ({
  argv: [process.execPath, "-e", script, "{connection_file}"],
  display_name: "one that fails",
  language: "none",
});

describe("server: kernels, through Jupyter's own client", function () {
  // Kernels start in seconds, or in many where all processors are busy.
  this.timeout(90_000);
  let opened: Opened;
  before(async () => {
    const signal: KernelSpec = { ...plainKernel, interrupt_mode: "signal" };
    const fails = node("console.error('no such luck'); process.exit(3)");
    opened = await open({
      kernels: { weft: own, signal, fails, missing: { ...fails, argv: ["/no/such/program"] } },
    });
  });
  after(() => opened.close());

  it("runs cells of a session, interrupts them, restarts, and recovers from a kernel's death", async () => {
    const session = await opened.session("a.ipynb");
    const kernel = session.kernel!;
    const states: string[] = [];
    kernel.statusChanged.connect((_, state) => void states.push(state));
    const first = await run(kernel, "let x = 5; console.log('hello'); x + 1");
    assert.equal(first.text, "hello\n");
    assert.deepInclude(first.outputs.at(-1)?.content, { data: { "text/plain": "6" } });
    await interruptsBusyLoop(kernel);
    assert.equal((await run(kernel, "console.log(x)")).text, "5\n");

    await kernel.restart();
    assert.equal((await run(kernel, "console.log(typeof (globalThis as any).x)")).text, "undefined\n");

    states.length = 0;
    const death = await run(kernel, "process.kill(process.pid, 'SIGKILL')");
    assert.equal(death.reply["ename"], "DeadKernelError");
    assert.match(String(death.reply["evalue"]), /died \(signal SIGKILL\).*started again/);
    assert.equal(death.outputs.at(-1)?.header.msg_type, "error", "the cell shows it");
    await until(() => states.includes("autorestarting"), "the front end is told");
    await until(() => kernel.connectionStatus === "connected", "the front end is connected again");
    assert.equal((await run(kernel, "console.log(2 + 2)")).text, "4\n");
    await session.shutdown();
    assert.deepEqual((await opened.json("GET", "/api/kernels")).body, []);
  });

  describe("one of several tabs", () => {
    // Tests that leave the kernel as they found it, or restarted.
    const path = "tabs.ipynb";
    /** Another client, with sockets of its own. */
    const managerBy = (Socket: new (url: string) => WebSocket): KernelManager => {
      const settings = { ...opened.settings, WebSocket: Socket as unknown as typeof globalThis.WebSocket };
      return new KernelManager({ serverSettings: ServerConnection.makeSettings(settings) });
    };

    it("starts one kernel when two tabs open a notebook at once", async () => {
      const body = { path, type: "notebook", name: "", kernel: { name: "weft" } };
      const sessions = await Promise.all([1, 2, 3].map(() => opened.json("POST", "/api/sessions", body)));
      const ids = new Set(sessions.map((one) => (one.body as { id: string }).id));
      assert.equal(ids.size, 1);
      assert.lengthOf((await opened.json("GET", "/api/kernels")).body, 1);
    });

    it("takes input from the front end that ran the cell", async () => {
      const one = await opened.session(path);
      const two = await opened.session(path);
      await Promise.all([run(one.kernel!, "1"), run(two.kernel!, "2")]);
      const future = two.kernel!.requestExecute({ code: "console.log('you said ' + prompt('what?'))" });
      const said: string[] = [];
      future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") said.push((content as { text: string }).text);
      };
      future.onStdin = (message) => {
        if (message.header.msg_type === "input_request")
          two.kernel!.sendInputReply({ status: "ok", value: "zwölf" }, message.header as never);
      };
      await future.done;
      assert.equal(said.join(""), "you said zwölf\n");
      assert.isFalse(one.kernel!.hasPendingInput);
      one.dispose();
      two.dispose();
    });

    it("replays what a front end has missed when its connection comes back", async () => {
      const session = await opened.session(path);
      const { model } = session.kernel!;
      session.dispose();
      const now = async () =>
        (await opened.json("GET", `/api/kernels/${model.id}`)).body as { connections: number; execution_state: string };
      let away = false;
      class Cut extends WebSocket {
        constructor(url: string) {
          // While away it asks where nobody answers.
          super(away ? "ws://127.0.0.1:1" : url);
        }
      }
      const manager = managerBy(Cut);
      const kernel = manager.connectTo({ model });
      const go = join(opened.root, "go");
      const code = `import { existsSync } from "node:fs";
        console.log("begun");
        while (!existsSync(${JSON.stringify(go)})) await new Promise((r) => setTimeout(r, 20));
        for (let i = 0; i < 40; i++) console.log("line " + i);`;
      const heard = new Promise<void>((resolve) => {
        kernel.iopubMessage.connect((_, { header }) => header.msg_type === "stream" && resolve());
      });
      const running = run(kernel, code);
      // What is in a socket that is cut is lost: there is nothing in it, and what comes then goes to nobody.
      await heard;
      away = true;
      (kernel as unknown as { _ws: WebSocket })._ws.terminate();
      await until(async () => (await now()).connections === 0, "the server sees that nobody listens");
      writeFileSync(go, "");
      await until(async () => (await now()).execution_state === "idle", "the cell has ended");
      away = false;
      const { reply, text } = await running;
      assert.equal(reply["status"], "ok");
      assert.equal(text, `begun\n${Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join("")}`);
      kernel.dispose();
      manager.dispose();
    });

    it("speaks both of Jupyter's websocket protocols, buffers included", async () => {
      class Plain extends WebSocket {
        constructor(url: string) {
          super(url);
        }
      }
      const plain = managerBy(Plain);
      const session = await opened.session(path);
      const { model } = session.kernel!;
      for (const manager of [plain, opened.kernels]) {
        const kernel = manager.connectTo({ model, handleComms: true });
        assert.equal((await run(kernel, "console.log('ünï 🚀')")).text, "ünï 🚀\n");
        assert.deepEqual(await echoed(kernel), [1, 2, 3, 250]);
        kernel.dispose();
      }
      plain.dispose();
      session.dispose();
    });

    it("shares one kernel among tabs: both see outputs, each gets its own replies", async () => {
      const one = await opened.session(path);
      const two = await opened.session(path);
      assert.equal(one.kernel?.id, two.kernel?.id);
      const seen: string[] = [];
      two.kernel!.iopubMessage.connect((_, { header, content }) => {
        if (header.msg_type === "stream") seen.push((content as { text: string }).text);
      });
      const strangers: string[] = [];
      two.kernel!.unhandledMessage.connect((_, { header }) => void strangers.push(header.msg_type));
      // It hears nothing before it is connected.
      await run(two.kernel!, "0");
      await run(one.kernel!, "let shared = 1; console.log('from one')");
      await until(() => seen.join("") === "from one\n", "the other tab hears");
      assert.equal((await run(two.kernel!, "console.log(shared + 1)")).text, "2\n");
      assert.deepEqual(strangers, []);

      // The other tab's cell comes to an end when this one restarts the kernel.
      const cut = run(two.kernel!, "await new Promise(() => {})");
      await until(() => one.kernel?.status === "busy", "the cell runs");
      await one.kernel!.restart();
      assert.include(["KernelRestarted", "KeyboardInterrupt"], (await cut).reply["ename"]);
      one.dispose();
      two.dispose();
    });

    it("ends with its session", async () => {
      await (await opened.session(path)).shutdown();
      assert.deepEqual((await opened.json("GET", "/api/kernels")).body, []);
    });
  });

  it("interrupts by signal where the kernel wants that", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: Windows has no such signal");
      return this.skip();
    }
    const session = await opened.session("signal.ipynb", "signal");
    await interruptsBusyLoop(session.kernel!);
    await session.shutdown();
    return undefined;
  });

  it("gives up on a kernel that can't start, and says why", async () => {
    for (const [name, why] of [
      ["fails", /exit status 3: no such luck/],
      ["missing", /can't be started: .*ENOENT/],
    ] as const) {
      const kernel = await opened.kernels.startNew({ name });
      const failure = await run(kernel, "1").catch((error: Error) => error.message);
      assert.match(String(failure), /^Canceled/);
      const model = async () => (await opened.json("GET", `/api/kernels/${kernel.id}`)).body as Record<string, string>;
      await until(async () => (await model())["execution_state"] === "dead", `${name} is dead`);
      assert.match((await model())["reason"] ?? "", why);
      assert.equal((await opened.json("POST", `/api/kernels/${kernel.id}/interrupt`)).status, 409);
      assert.equal((await opened.json("POST", `/api/kernels/${kernel.id}/restart`)).status, 500);
      assert.equal((await opened.json("DELETE", `/api/kernels/${kernel.id}`)).status, 204);
    }
    const body = { path: "dead.ipynb", type: "notebook", name: "", kernel: { name: "fails" } };
    const first = (await opened.json("POST", "/api/sessions", body)).body as { id: string; kernel: { id: string } };
    const state = async () =>
      ((await opened.json("GET", `/api/kernels/${first.kernel.id}`)).body as { execution_state: string })
        .execution_state;
    await until(async () => (await state()) === "dead", "the session's kernel is dead");
    const late = opened.kernels.connectTo({ model: { id: first.kernel.id, name: "fails" } });
    await until(() => late.status === "dead", "who connects to a dead kernel is told");
    const second = (await opened.json("POST", "/api/sessions", { ...body, kernel: { name: "weft" } }))
      .body as typeof first;
    assert.notEqual(second.kernel.id, first.kernel.id, "who opens the notebook again gets a new kernel");
    assert.equal((await opened.json("DELETE", `/api/sessions/${second.id}`)).status, 204);
    assert.deepEqual((await opened.json("GET", "/api/kernels")).body, []);

    const unknown = await opened.json("POST", "/api/kernels", { name: "python3" });
    assert.equal(unknown.status, 404);
    assert.match((unknown.body as { message: string }).message, /there are: weft, signal/);
  });
});

describe("server: the end of kernels", function () {
  this.timeout(90_000);
  const kernels = { weft: plainKernel };

  it("shuts idle kernels down when asked to, and no others", async () => {
    const opened = await open({ kernels, culling: { idleSeconds: 1 } });
    const busy = (await opened.session("busy.ipynb")).kernel!;
    const idle = (await opened.json("POST", "/api/kernels", { name: "weft" })).body as { id: string };
    const left = async () => ((await opened.json("GET", "/api/kernels")).body as { id: string }[]).map((one) => one.id);
    await until(async () => !(await left()).includes(idle.id), "the idle one is gone");
    assert.deepEqual(await left(), [busy.id], "a tab is connected to the other one");
    await opened.close();
  });

  it("leaves no process behind, also of what cells have started", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: it asks ps");
      return this.skip();
    }
    const opened = await open({ kernels });
    const mark = `weft-test-${process.pid}-${Date.now()}`;
    const kernel = (await opened.session()).kernel!;
    const script = JSON.stringify(`setInterval(() => {}, 1000) // ${mark}`);
    await run(kernel, `process.getBuiltinModule("node:child_process").spawn(process.execPath, ["-e", ${script}]);`);
    const alive = () => execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
    await until(() => alive().includes(mark), "the cell's process lives");
    const pids = ((await opened.json("GET", "/api/kernels")).body as unknown[]).length;
    assert.equal(pids, 1);
    const cut = run(kernel, "while (true) {}").catch(() => {});
    await opened.close();
    await cut;
    assert.notInclude(alive(), mark);
    assert.notInclude(alive(), opened.root);
    return undefined;
  });

  it("takes kernels along when the server is killed", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: it asks ps");
      return this.skip();
    }
    const opened = await open();
    const index = new URL("../../../kernel/server/index.js", import.meta.url).href;
    const script = `
      import { startServer } from ${JSON.stringify(index)};
      const server = await startServer({ root: ${JSON.stringify(opened.root)}, port: 0, token: "t", kernels: ${JSON.stringify(kernels)} });
      console.log(server.url);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const url = String((await once(child.stdout, "data"))[0]).trim();
    const started = await fetch(`${url}api/kernels?token=t`, { method: "POST", body: "{}" });
    const { id } = (await started.json()) as { id: string };
    const state = async () =>
      ((await (await fetch(`${url}api/kernels/${id}?token=t`)).json()) as { execution_state: string }).execution_state;
    await until(async () => (await state()) === "idle", "the kernel works");
    const children = () =>
      execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes("weft-server-"));
    const kernel = children().find((line) => line.trim().split(/\s+/)[1] === String(child.pid));
    const pid = kernel?.trim().split(/\s+/)[0] ?? "no kernel";
    assert.match(pid, /^\d+$/);
    const folder = /\S*weft-server-[^/\s]*/.exec(kernel ?? "")?.[0] ?? "no folder";
    assert.isTrue(existsSync(folder), folder);
    child.kill("SIGKILL");
    await until(() => !children().some((line) => line.trim().startsWith(`${pid} `)), "the kernel has ended");
    await opened.close();
    // What it could not remove, the next server does; its own stays.
    const next = await open({ kernels });
    await until(() => !existsSync(folder), "the dead server's folder is gone");
    const kernelOfNext = await next.kernels.startNew();
    await run(kernelOfNext, "1");
    await next.close();
    return undefined;
  });

  it("takes the next port when one is taken", async () => {
    const one = await open();
    const two = await open({ port: one.server.port });
    assert.isAbove(two.server.port, one.server.port);
    await Promise.all([one.close(), two.close()]);
  });
});

async function interruptsBusyLoop(kernel: IKernelConnection): Promise<void> {
  await run(kernel, "1");
  const busy = run(kernel, "while (true) {}");
  await until(() => kernel.status === "busy", "the kernel is busy");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await kernel.interrupt();
  assert.equal((await busy).reply["ename"], "KeyboardInterrupt");
}

/** Bytes that went to the kernel in a comm's buffer and back. */
async function echoed(kernel: IKernelConnection): Promise<number[]> {
  const made = await run(
    kernel,
    `(globalThis as any).comms.register("echo", (comm: any) => { comm.onMessage = ({ buffers }: any) => comm.send({}, { buffers }); });`,
  );
  assert.equal(made.reply["status"], "ok", JSON.stringify(made.reply));
  const comm = kernel.createComm("echo");
  const answer = new Promise<number[]>((resolve) => {
    comm.onMsg = ({ buffers = [] }) => resolve([...new Uint8Array((buffers[0] as DataView).buffer)]);
  });
  comm.open({});
  comm.send({}, undefined, [new Uint8Array([1, 2, 3, 250]).buffer]);
  return answer;
}
