import { assert } from "chai";
import { type Opened, open, run, until } from "./open.js";

describe("server: kernels, through Jupyter's own client", () => {
  let opened: Opened;
  before(async () => {
    opened = await open();
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

    const busy = run(kernel, "while (true) {}");
    await until(() => kernel.status === "busy", "the kernel is busy");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kernel.interrupt();
    assert.equal((await busy).reply["ename"], "KeyboardInterrupt");
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
});
