// node .ci/start.mjs COMMAND
// Runs the command that opens notebooks, asks for its page and its list of files, ends it as Ctrl-C does, and sees that it has ended.

import { spawn } from "node:child_process";

const command = process.argv[2];
const started = performance.now();
const server = spawn("bash", ["-c", command], { stdio: ["ignore", "pipe", "inherit"], detached: true });
const ended = new Promise((resolve) => server.once("exit", resolve));
let said = "";
const address = await new Promise((resolve, reject) => {
  server.stdout.on("data", (text) => {
    process.stdout.write(text.toString().replace(/token=\w+/, "token=…"));
    said += text;
    const found = /http:\/\/127\.0\.0\.1\S+/.exec(said)?.[0];
    if (found) resolve(found);
  });
  ended.then(() => reject(new Error("it ended before it listened")));
});
console.log(`set up, built and listening after ${((performance.now() - started) / 1000).toFixed(1)} s`);

const url = new URL(address);
const page = await fetch(url);
if (!page.ok || !(await page.text()).includes("<script")) throw new Error(`the page: ${page.status}`);
const files = await fetch(`${url.origin}/api/contents?${url.searchParams}`);
const names = (await files.json()).content.map(({ name }) => name);
if (!names.includes("01-image-and-text.ipynb")) throw new Error(`files: ${names}`);
if ((await fetch(`${url.origin}/api/contents`)).ok) throw new Error("files are shown without the token");

process.kill(-server.pid, "SIGINT");
const late = setTimeout(() => process.kill(-server.pid, "SIGKILL"), 15_000);
await ended;
clearTimeout(late);
const listens = await fetch(url.origin).then(
  () => true,
  () => false,
);
if (listens) throw new Error("it still listens after Ctrl-C");
console.log("1 passing");
