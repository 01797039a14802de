import { fork } from "node:child_process";

/** What a child process answered. */
export interface ChildAnswer {
  /** The message that it sent; undefined where it ended without one. */
  readonly answer?: unknown;
  /** How it ended where it sent none. */
  readonly problem?: string;
  /** What native code in it wrote to stdout and stderr, each line once. */
  readonly said: readonly string[];
}

/**
 * Runs a program in a process of its own and waits for its one message.
 *
 * Libraries that drivers bring write to stderr by themselves, and may end the process: there neither reaches ours.
 */
export function askChild(program: URL): Promise<ChildAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(program, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    let sent: { readonly answer: unknown } | undefined;
    let written = "";
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        written += text;
      });
    }
    child.on("message", (answer) => {
      sent = { answer };
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const said = [...new Set(written.split("\n").map((line) => line.trim()))].filter(Boolean);
      resolve(
        sent === undefined
          ? { problem: `the process ended with ${signal ?? `code ${code}`}`, said }
          : { ...sent, said },
      );
    });
  });
}
