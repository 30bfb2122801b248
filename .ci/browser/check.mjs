// A runner of a few lines for checks that share one browser: prints each, counts them in the words of the other stages.

let passed = 0;
let failed = 0;

export async function check(what, work) {
  const started = performance.now();
  try {
    await work();
    passed++;
    console.log(`  ok ${what} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failed++;
    console.log(`  FAILED ${what}\n    ${String(error?.stack ?? error).replaceAll("\n", "\n    ")}`);
  }
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** Polls until `look` gives something; its last error, or `message`, when it never does. */
export async function until(look, message, ms = 30_000) {
  const end = Date.now() + ms;
  let last;
  while (Date.now() < end) {
    try {
      const seen = await look();
      if (seen) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw last ?? new Error(`not within ${ms} ms: ${message}`);
}

export function report() {
  console.log(`${passed} passing`);
  if (failed > 0) console.log(`${failed} failing`);
  return failed === 0;
}
