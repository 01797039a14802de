import { createContext, Script } from "node:vm";

const stage = createContext({ run: (): unknown => undefined });
const script = new Script("run()");

/**
 * What `run` returns, ended by V8's watchdog where it takes longer: loops, and regular expressions that try one way after another. It costs
 * some 30 µs of the processor. What it runs must do no harm by being ended anywhere, or being run twice.
 *
 * @param limit In milliseconds.
 * @throws What `run` throws, and an `Error` of the code `ERR_SCRIPT_EXECUTION_TIMEOUT`.
 */
export function withinTime<Result>(limit: number, run: () => Result): Result {
  const before = process.cpuUsage();
  for (;;) {
    stage.run = run;
    try {
      return script.runInContext(stage, { timeout: limit }) as Result;
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      // A process that was stopped in between, or that many others leave little time, has not tried for as long.
      const hasTried = (user + system) / 1000 >= limit / 2;
      if (hasTried || !isTimeout(error)) throw error;
    }
  }
}

/** Such an error is made in the context, so that it is no instance of our `Error`. */
export function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
