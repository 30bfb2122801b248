// What a test expects to be thrown.

import assert from "node:assert/strict";

/** The message of what `run` throws, which must be of this class. */
export async function messageOf(name: string, run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    assert.equal((error as Error).name, name, String(error));
    return (error as Error).message;
  }
  assert.fail(`no ${name} was thrown`);
}
