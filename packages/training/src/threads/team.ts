import { Worker } from "node:worker_threads";
import { CONTROL_WORDS, endTeam, MOST_PARTS, shareJob, type TeamMember, type TeamWork } from "./team-tickets.ts";

/** What a helper is told of the team that it joins. */
export interface TeamCall<Memory> {
  readonly memory: Memory;
  readonly control: Int32Array;
}

/** Threads without a team, by what they can help with. They are kept: a new one would have to compile its code anew, which takes longer than a small training. */
const idle = new Map<string, Worker[]>();

/** The calling thread and its helpers, who share the parts of each job. A helper that is still starting, or has no core, keeps nobody waiting. */
export class Team<Memory, Thread extends Memory, Name extends string> {
  readonly #member: TeamMember<Thread>;
  readonly #names: readonly string[];
  readonly #idle: Worker[];
  readonly #helpers: readonly Worker[];

  /** @param options.threads The calling one included. */
  constructor(
    { open, jobs, helper }: TeamWork<Memory, Thread, Name>,
    { memory, threads }: { readonly memory: Memory; readonly threads: number },
  ) {
    const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
    this.#names = Object.keys(jobs);
    this.#member = { thread: open(memory), jobs: Object.values(jobs), control };
    this.#idle = idle.get(helper.href) ?? [];
    idle.set(helper.href, this.#idle);
    this.#helpers = Array.from({ length: threads - 1 }, () => this.#idle.pop() ?? startHelper(helper));
    for (const each of this.#helpers) each.postMessage({ memory, control } satisfies TeamCall<Memory>);
  }

  get memory(): Thread {
    return this.#member.thread;
  }

  /**
   * Does all parts of a job; returns when the last one is finished.
   *
   * @param options.alone It is too short to share.
   */
  run(name: Name, parts: number, options: { readonly alone?: boolean } = {}): void {
    const job = this.#names.indexOf(name);
    const isShared = options.alone !== true && this.#helpers.length > 0 && parts > 1 && parts <= MOST_PARTS;
    if (isShared) shareJob(this.#member, job, parts);
    else for (let part = 0; part < parts; part++) this.#member.jobs[job]!(this.#member.thread, part);
  }

  release(): void {
    endTeam(this.#member);
    this.#idle.push(...this.#helpers);
  }
}

function startHelper(helper: URL): Worker {
  const worker = new Worker(helper, { execArgv: [] });
  // A sleeping helper must not keep the process alive.
  worker.unref();
  return worker;
}
