import { EXIT_CODES } from "../exit-codes.ts";

/**
 * Turns Ctrl-C into a polite stop: the first one aborts the signal, the second ends the process at once.
 *
 * @param onStop Called at the first, to tell the user what happens now.
 */
export function stopOnInterrupt(onStop: () => void): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    controller.abort();
    onStop();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
