import { Worker } from "node:worker_threads";
import { callDrawer, firstTicket, GENERATION, type KernelWork, PENDING, TICKET } from "./kernel-calls.ts";

/**
 * The calling thread and its helpers, who share the calls of each job.
 *
 * A helper that is still starting, or has no core at the moment, costs nothing: the others draw its calls.
 */
export class KernelTeam {
  readonly #work: KernelWork;
  readonly #drawCalls: () => void;
  readonly #helpers: readonly Worker[];

  /** @param threads The calling one included. */
  constructor(work: KernelWork, threads: number) {
    this.#work = work;
    this.#drawCalls = callDrawer(work);
    Atomics.store(work.control, TICKET, firstTicket(work.jobs.length));
    this.#helpers = Array.from({ length: Math.max(threads - 1, 0) }, () => {
      const entry = new URL("../../../dist/optim/kernels/kernel-worker.js", import.meta.url);
      const helper = new Worker(entry, { workerData: work, execArgv: [] });
      // A sleeping helper must not keep the process alive.
      helper.unref();
      return helper;
    });
  }

  /** Makes all calls of a job. Returns when the last one is finished. */
  run(job: number): void {
    const { control, jobs } = this.#work;
    Atomics.store(control, PENDING, jobs[job]!.length);
    Atomics.store(control, TICKET, firstTicket(job));
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
    this.#drawCalls();
    for (;;) {
      const pending = Atomics.load(control, PENDING);
      if (pending === 0) return;
      Atomics.wait(control, PENDING, pending);
    }
  }

  release(): void {
    for (const helper of this.#helpers) void helper.terminate();
  }
}
