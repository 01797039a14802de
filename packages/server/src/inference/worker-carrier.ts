import { type ChildProcess, fork } from "node:child_process";
import { Worker } from "node:worker_threads";
import type { Loading, WorkerMessage, WorkerOrder } from "./messages.ts";

/** What runs the program of a worker: a thread of the server, or a process, whose end by a crash in native code is its own alone. */
export type Isolation = "thread" | "process";

/** Runs the program of a worker, and carries messages to it and back. */
export interface WorkerCarrier {
  /** Settles when it is gone and all that it said was heard, with the reason. */
  readonly ended: Promise<string>;
  /** Does nothing when it is gone. */
  post(order: WorkerOrder): void;
  onMessage(listener: (message: WorkerMessage) => void): void;
  /** Ends it by force. */
  kill(): void;
}

interface CarrierOptions {
  readonly entry: URL;
  readonly loading: Loading;
}

export const CARRIERS: Readonly<Record<Isolation, (options: CarrierOptions) => WorkerCarrier>> = {
  thread: ({ entry, loading }) => {
    const thread = new Worker(entry, { workerData: loading });
    let problem = "the thread ended";
    thread.on("error", (error) => {
      problem = error instanceof Error ? error.message : String(error);
    });
    return {
      ended: new Promise((resolve) => {
        thread.on("exit", () => resolve(problem));
      }),
      post: (order) => thread.postMessage(order),
      onMessage: (listener) => thread.on("message", listener),
      kill: () => void thread.terminate(),
    };
  },
  process: ({ entry, loading }) => {
    const child = fork(entry, [JSON.stringify(loading)], {
      execArgv: [],
      // Arrays of numbers go as they are.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return {
      ended: endOf(child),
      // What cannot be sent any more is answered by its end.
      post: (order) => void (child.connected && child.send(order, () => {})),
      onMessage: (listener) => child.on("message", listener),
      kill: () => void child.kill("SIGKILL"),
    };
  },
};

function endOf(child: ChildProcess): Promise<string> {
  const unstarted = new Promise<string>((resolve) => {
    child.on("error", ({ message }) => {
      if (child.pid === undefined) resolve(message);
    });
  });
  // The channel closes behind the last message.
  const silent = new Promise<void>((resolve) => {
    child.once("disconnect", resolve);
  });
  const gone = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `the process ended with code ${code}` : `the process ended by ${signal}`),
    );
  });
  return Promise.race([unstarted, gone.then((problem) => silent.then(() => problem))]);
}
