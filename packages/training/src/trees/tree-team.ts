import { Worker } from "node:worker_threads";
import { openTreeThread } from "./histograms.ts";
import { CONTROL_WORDS, endTeam, MOST_PARTS, shareJob, type TeamMember } from "./team-tickets.ts";
import { TREE_JOBS, type TreeJobName } from "./tree-jobs.ts";
import type { TreeMemory } from "./tree-memory.ts";
import type { TeamCall } from "./tree-worker.ts";

/** Threads without a team. They are kept: a new one would have to compile its code anew, which takes longer than a small training. */
const idle: Worker[] = [];

/** The growing thread and its helpers, who share the parts of each job. A helper that is still starting, or has no core, keeps nobody waiting. */
export class TreeTeam {
  readonly #member: TeamMember;
  readonly #helpers: readonly Worker[];

  /** @param threads The growing one included. */
  constructor(memory: TreeMemory, threads: number) {
    const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
    this.#member = { thread: openTreeThread(memory), control };
    this.#helpers = Array.from({ length: threads - 1 }, () => idle.pop() ?? startHelper());
    for (const helper of this.#helpers) helper.postMessage({ memory, control } satisfies TeamCall);
  }

  get memory(): TreeMemory {
    return this.#member.thread;
  }

  /**
   * Does all parts of a job; returns when the last one is finished.
   *
   * @param options.alone It is too short to share.
   */
  run(name: TreeJobName, parts: number, options: { readonly alone?: boolean } = {}): void {
    const isShared = options.alone !== true && this.#helpers.length > 0 && parts > 1 && parts <= MOST_PARTS;
    if (isShared) shareJob(this.#member, name, parts);
    else for (let part = 0; part < parts; part++) TREE_JOBS[name](this.#member.thread, part);
  }

  release(): void {
    endTeam(this.#member);
    idle.push(...this.#helpers);
  }
}

function startHelper(): Worker {
  const helper = new Worker(new URL("../../dist/trees/tree-worker.js", import.meta.url), { execArgv: [] });
  // A sleeping helper must not keep the process alive.
  helper.unref();
  return helper;
}
