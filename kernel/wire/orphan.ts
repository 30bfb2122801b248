// A kernel whose server has died ends as well: nobody could reach it or stop it.

const checkMs = 1000;

/** Calls `gone` once when the process that started this one has ended; the result ends the watch. */
export function onOrphaned(gone: () => void): () => void {
  // Set by Jupyter; who starts a kernel by hand may close his shell.
  if (!process.env["JPY_PARENT_PID"]) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (lives(parent)) return;
    clearInterval(timer);
    gone();
  }, checkMs);
  return () => clearInterval(timer);
}

function lives(parent: number): boolean {
  if (process.platform !== "win32") return process.ppid === parent;
  try {
    process.kill(parent, 0);
    return true;
  } catch {
    return false;
  }
}
