import { Worker } from "node:worker_threads";
import { CONTROL_WORDS, shareJob, type TeamMemory } from "./team-tickets.ts";
import { TREE_JOBS, type TreeJobName } from "./tree-jobs.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** The growing thread and its helpers, who share the parts of each job. A helper that is still starting, or has no core, keeps nobody waiting. */
export class TreeTeam {
  readonly #team: TeamMemory;
  readonly #helpers: readonly Worker[];

  /** @param threads The growing one included. */
  constructor(memory: TreeMemory, threads: number) {
    this.#team = { memory, control: new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS)) };
    this.#helpers = Array.from({ length: threads - 1 }, () => {
      const entry = new URL("../../dist/trees/tree-worker.js", import.meta.url);
      const helper = new Worker(entry, { workerData: this.#team, execArgv: [] });
      // A sleeping helper must not keep the process alive.
      helper.unref();
      return helper;
    });
  }

  get memory(): TreeMemory {
    return this.#team.memory;
  }

  /**
   * Does all parts of a job; returns when the last one is finished.
   *
   * @param options.alone It is too short to share.
   */
  run(name: TreeJobName, parts: number, options: { readonly alone?: boolean } = {}): void {
    if (options.alone !== true && this.#helpers.length > 0 && parts > 1) shareJob(this.#team, name, parts);
    else for (let part = 0; part < parts; part++) TREE_JOBS[name](this.#team.memory, part);
  }

  async release(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.terminate()));
  }
}
