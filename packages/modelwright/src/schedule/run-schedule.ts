import { hostname } from "node:os";
import type { ScheduledJob, ScheduleSettings } from "@modelwright/contracts";
import { ModelwrightError } from "@modelwright/contracts";
import type { JsonValue, Lease, Registry } from "@modelwright/registry";
import { ACTIONS, type ActionContext } from "./actions.ts";
import { cronOf, dueBy, feedbackCount, type JobNote } from "./due.ts";

/** A holder that is gone loses a job after so long. */
const LEASE_SECONDS = 60;

/** What became of a job in one look at the schedule. */
export interface JobRun {
  readonly name: string;
  readonly why: string;
  readonly note: JobNote;
}

export interface ScheduleContext extends Omit<ActionContext, "signal"> {
  readonly signal?: AbortSignal | undefined;
  /** Default: the machine's clock. */
  readonly now?: (() => Date) | undefined;
  readonly onStart?: ((name: string, why: string) => void) | undefined;
}

/**
 * Does every job of a schedule that is due, one after the other. Any number of processes may do so at once: a job is done by
 * the one that holds its lease, and one that was killed at it is due again.
 */
export async function runDue({ jobs }: ScheduleSettings, context: ScheduleContext): Promise<readonly JobRun[]> {
  for (const { name, when } of jobs) if (when.cron !== undefined) cronOf(name, when.cron, when.timezone);
  const done: JobRun[] = [];
  for (const job of jobs) {
    if (context.signal?.aborted === true) break;
    const lease = await context.registry.stores.leases.take(leaseName(job), holder(), LEASE_SECONDS);
    if (lease === undefined) continue;
    try {
      const run = await doIfDue(job, lease, context);
      if (run !== undefined) done.push(run);
    } finally {
      await lease.release();
    }
  }
  return done;
}

export function leaseName({ name }: Pick<ScheduledJob, "name">): string {
  return `job ${name}`;
}

async function doIfDue(job: ScheduledJob, lease: Lease, context: ScheduleContext): Promise<JobRun | undefined> {
  const { registry, now = () => new Date() } = context;
  const started = now();
  const feedback = job.when.feedback === undefined ? 0 : await feedbackOf(registry, job);
  const before = lease.note as unknown as JobNote | undefined;
  if (before === undefined) {
    // A job that is new is due from now on; of feedback all counts that there is.
    await lease.leave({ at: started.toISOString(), feedback: 0 });
    if (job.when.feedback === undefined) return undefined;
  }
  if (before !== undefined && before.at > started.toISOString()) {
    // The clock was put back: it counts from now, or the job would wait until the clock is there again.
    await lease.leave({ ...before, at: started.toISOString() } as unknown as JsonValue);
  }
  const why = await dueBy(registry, job, before ?? { at: started.toISOString(), feedback: 0 }, started);
  if (why === undefined) return undefined;
  context.onStart?.(job.name, why);
  const work = new AbortController();
  const stop = () => work.abort();
  context.signal?.addEventListener("abort", stop);
  const renewal = setInterval(
    () => void lease.renew().then((held) => held || stop(), stop),
    (LEASE_SECONDS * 1000) / 3,
  );
  try {
    const outcome = await outcomeOf(job, { ...context, signal: work.signal });
    const note: JobNote = {
      at: started.toISOString(),
      feedback,
      ...outcome,
      seconds: Math.round((now().getTime() - started.getTime()) / 1000),
    };
    await lease.leave({ ...note } as unknown as JsonValue);
    return { name: job.name, why, note };
  } finally {
    clearInterval(renewal);
    context.signal?.removeEventListener("abort", stop);
  }
}

async function feedbackOf(registry: Registry, job: ScheduledJob): Promise<number> {
  return "model" in job ? feedbackCount(registry, (await registry.resolve(job.model)).name) : 0;
}

/** A job that fails says so, and keeps no other one from being done. */
async function outcomeOf(job: ScheduledJob, context: ActionContext): Promise<Pick<JobNote, "outcome" | "failed">> {
  try {
    return { outcome: await ACTIONS[job.action](job as never, context) };
  } catch (error) {
    if (error instanceof ModelwrightError && error.code === "RETRAIN_NOTHING_NEW") return { outcome: error.message };
    return { outcome: error instanceof Error ? error.message : String(error), failed: true };
  }
}

function holder(): string {
  return `${hostname()} ${process.pid}`;
}
