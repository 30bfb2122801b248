// The sockets by themselves.

import { expect } from "chai";
import { Subscriber } from "zeromq";
import { Sockets } from "../../../kernel/wire/sockets.js";
import { freeConnection } from "./front.js";

describe("wire: sockets", () => {
  it("welcome a subscriber before it hears anything else, while others are being told things", async () => {
    for (let i = 0; i < 20; i++) {
      const connection = await freeConnection();
      // It waits for the kernel, as front ends do.
      const early = new Subscriber({ linger: 0 });
      early.connect(`tcp://127.0.0.1:${connection.iopub_port}`);
      early.subscribe("");
      const sockets = new Sockets();
      await sockets.open(connection, {
        receive() {},
        subscribed: (topic) => void sockets.send("iopub", [topic, "welcome"]),
      });
      let talking = true;
      const talk = (async () => {
        while (talking) {
          await sockets.send("iopub", ["status", "news"]);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      expect((await early.receive()).map(String)).to.deep.equal(["", "welcome"]);
      expect((await early.receive()).map(String)).to.deep.equal(["status", "news"]);
      talking = false;
      await talk;
      early.close();
      await sockets.close();
    }
  });

  it("tell a subscriber only of its topics, and nothing once it has left them", async () => {
    const connection = await freeConnection();
    const sockets = new Sockets();
    const topics: string[] = [];
    await sockets.open(connection, {
      receive() {},
      subscribed(topic) {
        topics.push(topic);
        void sockets.send("iopub", [topic, "welcome"]);
      },
    });
    const one = new Subscriber({ linger: 0 });
    one.connect(`tcp://127.0.0.1:${connection.iopub_port}`);
    one.subscribe("a");
    expect((await one.receive()).map(String)).to.deep.equal(["a", "welcome"]);
    await sockets.send("iopub", ["b", "not for it"]);
    await sockets.send("iopub", ["a", "for it"]);
    expect((await one.receive()).map(String)).to.deep.equal(["a", "for it"]);
    one.subscribe("b");
    expect((await one.receive()).map(String)).to.deep.equal(["b", "welcome"]);
    one.unsubscribe("a");
    // Subscriptions go one after the other: when this one has come, the one before has.
    one.subscribe("c");
    expect((await one.receive()).map(String)).to.deep.equal(["c", "welcome"]);
    await sockets.send("iopub", ["a", "not for it any more"]);
    await sockets.send("iopub", ["b", "for it"]);
    expect((await one.receive()).map(String)).to.deep.equal(["b", "for it"]);
    expect(topics).to.deep.equal(["a", "b", "c"]);
    one.close();
    await sockets.close();
  });
});
