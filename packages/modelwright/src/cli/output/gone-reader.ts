type Stream = NodeJS.WriteStream;

let onGone: (() => void) | undefined;

/**
 * Lets the process outlive the reader of its output.
 *
 * @param told Called once, when the reader of stdout has gone.
 */
export function outliveReader(told: () => void): void {
  onGone = told;
}

/**
 * Decides what happens when a reader has seen enough (`modelwright models list | head -1`): a verb that only shows
 * something ends, one that makes something goes on.
 */
export function expectGoneReaders(
  streams: { readonly out: Stream; readonly err: Stream } = { out: process.stdout, err: process.stderr },
): void {
  streams.out.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (onGone === undefined) process.exit();
    const told = onGone;
    onGone = () => {};
    told();
  });
  streams.err.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
