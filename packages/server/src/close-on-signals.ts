import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Stops a server on SIGINT and SIGTERM: gracefully on the first, at once on the second.
 *
 * @returns Settles when the server was closed by a signal.
 */
export function closeOnSignals(server: { readonly close: () => Promise<void> }): Promise<void> {
  return new Promise((resolve, reject) => {
    let isClosing = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (isClosing) process.exit(128 + constants.signals[signal]);
        isClosing = true;
        server.close().then(resolve, reject);
      });
    }
  });
}
