// Interrupts, stdin and the end of a kernel whose main thread computes, in a process of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { nodeFlags } from "../../../kernel/install.js";
import { removeFolder, temporaryFolder } from "../../folders.js";
import { connectionFile, Front, freeConnection, type Heard, isStatus } from "./front.js";

/** What stops a cell: a message on the control channel, or a signal. */
type Way = "message" | "signal";

/** Cells that would run for ever, by what they do. */
const endless: Record<string, string> = {
  "awaits a timer in a loop": "for (;;) await new Promise((resolve) => setTimeout(resolve, 10))",
  "awaits nothing in a loop": "for (;;) await null",
  "computes at once": "for (;;);",
  "computes after an await": "await new Promise((resolve) => setTimeout(resolve, 10)); for (;;);",
  "computes in a timer": "setTimeout(() => { for (;;); }, 10); await new Promise(() => {})",
  "computes in every round of a timer":
    "const timer = setInterval(() => { const end = Date.now() + 700; while (Date.now() < end); }, 1);" +
    "keep.stop = () => clearInterval(timer); await new Promise(() => {})",
  "computes in a script that watches for signals itself":
    'process.getBuiltinModule("node:vm").runInThisContext("for (;;);", { breakOnSigint: true })',
  "computes after its own listener of signals has gone":
    'const heard = () => {}; process.on("SIGINT", heard); process.off("SIGINT", heard); for (;;);',
  "waits for input": 'input("name? ")',
  "sleeps on an atomic": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "computes where no interrupt is heard": "/* deaf */ await null; for (;;);",
};

if (process.platform !== "win32")
  endless["waits for another process"] = 'process.getBuiltinModule("node:child_process").execSync("sleep 600")';

describe("wire: a busy kernel", () => {
  let folder: string;
  let kernel: ChildProcess;
  let front: Front;
  let terminal = "";

  before(async () => {
    const connection = await freeConnection();
    folder = temporaryFolder("busy kernel");
    kernel = spawn(process.execPath, [...nodeFlags, script, connectionFile(folder, connection)], {
      stdio: ["ignore", "inherit", "pipe"],
    });
    kernel.stderr?.on("data", (text) => {
      terminal += text;
    });
    front = await Front.to(connection);
  });
  after(() => {
    front.close();
    kernel.kill("SIGKILL");
    removeFolder(folder);
  });
  beforeEach(() => {
    front.heard.length = 0;
  });

  async function interrupted(code: string, way: Way): Promise<number> {
    await front.ask("execute_request", { code: "keep.kept = (keep.kept ?? 0) + 1" });
    const id = front.send("execute_request", { code, allow_stdin: true });
    await front.next((one) => isStatus(one, id, "busy"));
    if (code.startsWith("input")) await front.next((one) => one.type === "input_request");
    await new Promise((resolve) => setTimeout(resolve, 150));
    const started = performance.now();
    if (way === "signal") kernel.kill("SIGINT");
    else expect((await ask("interrupt_request")).content).to.deep.equal({ status: "ok" });
    const reply = await front.done(id);
    const took = performance.now() - started;
    expect(reply.content).to.include({ status: "error", ename: "KeyboardInterrupt" });
    return took;
  }

  const ask = (type: string): Promise<Heard> => front.ask(type, {}, { channel: "control" });

  for (const [what, code] of Object.entries(endless))
    for (const way of ["message", "signal"] as const)
      it(`ends a cell that ${what}, by a ${way}, and keeps its variables`, async function () {
        if (way === "signal" && process.platform === "win32") {
          console.log("      skipped: Windows has no SIGINT for processes");
          this.skip();
        }
        expect(await interrupted(code, way)).to.be.below(1000);
        const after = front.send("execute_request", {
          code: "keep.stop?.(); delete keep.stop; show(String(keep.kept)); keep.kept = 0",
        });
        expect((await front.done(after)).content["status"]).to.equal("ok");
        const said = front.published(after).find((one) => one.type === "stream");
        expect(said?.content["text"]).to.equal("1");
      });

  it("hears many signals in a row, also with nothing to do", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: Windows has no SIGINT for processes");
      this.skip();
    }
    for (let i = 0; i < 200; i++) {
      kernel.kill("SIGINT");
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await front.ask("execute_request", { code: "show('alive')" })).content["status"]).to.equal("ok");
    expect(kernel.exitCode).to.equal(null);
  });

  it("answers heartbeat, kernel_info, control and lists within 50 ms while a cell computes, and streams what it says", async () => {
    const id = front.send("execute_request", {
      code: 'for (let i = 0; i < 20; i++) { show("tick " + i); const end = Date.now() + 50; while (Date.now() < end); }',
    });
    await front.next((one) => one.content["text"] === "tick 0");
    const times: number[] = [];
    const timed = async (work: () => Promise<unknown>): Promise<void> => {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    };
    for (let i = 0; i < 5; i++) {
      await timed(() => front.beat("x"));
      await timed(() => front.reply(front.send("kernel_info_request")));
      await timed(() => front.reply(front.send("history_request", { hist_access_type: "tail", n: 3 })));
      await timed(() => front.reply(front.send("list_subshell_request", {}, { channel: "control" })));
    }
    expect(front.heard.some((one) => one.content["text"] === "tick 19")).to.equal(false);
    await front.done(id);
    const sorted = times.sort((a, b) => a - b);
    // The machine may pause one of them; not most of them.
    expect(sorted[Math.floor(sorted.length * 0.8)], `all: ${sorted.map((ms) => ms.toFixed(1))}`).to.be.below(50);
  });

  it("asks for input and blocks until the answer is there", async () => {
    const id = front.send("execute_request", {
      code: 'show("hello " + input("name? ")); show(input("again? "))',
      allow_stdin: true,
    });
    const answer = async (prompt: string, value: string): Promise<void> => {
      const asked = await front.next((one) => one.type === "input_request" && one.content["prompt"] === prompt);
      expect(asked).to.include({ channel: "stdin", signed: true });
      expect(asked.content).to.deep.equal({ prompt, password: false });
      expect(asked.parent["msg_id"]).to.equal(id);
      front.send("input_reply", { value: "stale" }, { channel: "stdin", parent: { ...asked.header, msg_id: "older" } });
      front.send("input_reply", { value }, { channel: "stdin", parent: asked.header });
    };
    await answer("name? ", "Zoë \u{1f600}");
    await answer("again? ", "");
    expect((await front.done(id)).content["status"]).to.equal("ok");
    const said = front.published(id).filter((one) => one.type === "stream");
    expect(said.map((one) => one.content["text"])).to.deep.equal(["hello Zoë \u{1f600}", ""]);
  });

  it("refuses input where it can't be had, and says why", async () => {
    const refused = await front.ask("execute_request", { code: 'input("name? ")', allow_stdin: false });
    expect(refused.content["evalue"]).to.match(/takes no input \(allow_stdin is false\)/);
    const late = front.send("execute_request", {
      code: "setTimeout(() => { try { input() } catch (error) { show(error.message) } }, 50)",
      allow_stdin: true,
    });
    await front.done(late);
    const said = await front.next((one) => one.type === "stream");
    expect(said.content["text"]).to.match(/only a running cell can ask for input/);
  });

  it("drops nothing and says nothing on the terminal in all this", () => {
    expect(terminal).to.equal("");
  });

  it("replies to a shutdown while it computes, and leaves neither process nor thread", async () => {
    const running = front.send("execute_request", { code: "for (;;);" });
    await front.next((one) => isStatus(one, running, "busy"));
    const ended = new Promise<number | null>((resolve) => kernel.once("exit", resolve));
    const id = front.send("shutdown_request", { restart: false }, { channel: "control" });
    expect((await front.reply(id)).content).to.deep.equal({ status: "ok", restart: false });
    expect(await ended).to.equal(0);
    expect(terminal).to.equal("");
  });
});

describe("wire: a kernel without a server", () => {
  it("ends when the process that started it has died, even while it computes", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: needs a shell");
      this.skip();
    }
    const connection = await freeConnection();
    const folder = temporaryFolder("busy kernel");
    const started = [script, connectionFile(folder, connection)];
    const server = spawn(
      process.execPath,
      [
        "-e",
        `require("node:child_process").spawn(process.execPath, ${JSON.stringify(started)}, { env: { ...process.env, JPY_PARENT_PID: String(process.pid) }, stdio: "ignore", detached: true }); setInterval(() => {}, 1000)`,
      ],
      { stdio: "ignore" },
    );
    const front = await Front.to(connection);
    const id = front.send("execute_request", { code: "show(String(process.pid)); for (;;);" });
    const { content } = await front.next((one) => one.type === "stream" && one.parent["msg_id"] === id);
    const pid = Number(content["text"]);
    expect(lives(pid)).to.equal(true);
    server.kill("SIGKILL");
    const until = Date.now() + 5000;
    while (lives(pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lives(pid)).to.equal(false);
    front.close();
    removeFolder(folder);
  });
});

const script = fileURLToPath(new URL("busyKernel.js", import.meta.url));

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that nobody waited for is a name only.
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
