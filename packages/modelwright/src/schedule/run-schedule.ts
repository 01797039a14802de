import { hostname } from "node:os";
import type { ScheduledJob, ScheduleSettings } from "@modelwright/contracts";
import { ModelwrightError } from "@modelwright/contracts";
import type { JsonValue, Lease } from "@modelwright/registry";
import { isRegistryAway } from "../pipeline/registry-away.ts";
import { ACTIONS, type ActionContext } from "./actions.ts";
import { cronOf, dueBy, feedbackCount, type JobNote, type Reason } from "./due.ts";

/** A holder that is gone loses a job after so long. */
const LEASE_SECONDS = 60;

/** What became of a job in one look at the schedule. */
export interface JobRun {
  readonly name: string;
  /** Why it was due; absent where that could not be told, which is what its note says then. */
  readonly why?: string;
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
  const at = started.toISOString();
  const before = lease.note as unknown as JobNote | undefined;
  // A job that is new is due from now on; of feedback all counts that there is. Where the clock was put back it counts from
  // now as well, or the job would wait until the clock is there again.
  const noted: JobNote = before === undefined ? { at, feedback: 0 } : before.at > at ? { ...before, at } : before;
  const note = async (now: JobNote) => {
    await lease.leave({ ...now } as unknown as JsonValue);
    return now;
  };
  if (noted !== before) await note(noted);
  if (before === undefined && job.when.feedback === undefined) return undefined;
  let why: Reason;
  let feedback = 0;
  try {
    if (job.when.feedback !== undefined) feedback = await feedbackCount(registry, job);
    why = await dueBy(registry, job, noted, started);
  } catch (error) {
    if (!(error instanceof ModelwrightError) || isRegistryAway(error)) throw error;
    // Such as a model that is no longer there: its trigger stays, and the other jobs are done.
    return { name: job.name, note: await note({ ...noted, outcome: error.message, failed: true }) };
  }
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
    const { isUnfinished, ...outcome } = await outcomeOf(job, { ...context, signal: work.signal });
    // What was stopped stays due.
    if (isUnfinished) return { name: job.name, why, note: await note({ ...noted, ...outcome }) };
    const seconds = Math.round((now().getTime() - started.getTime()) / 1000);
    return { name: job.name, why, note: await note({ at, feedback, ...outcome, seconds }) };
  } finally {
    clearInterval(renewal);
    context.signal?.removeEventListener("abort", stop);
  }
}

/** A job that fails says so, and keeps no other one from being done. */
async function outcomeOf(
  job: ScheduledJob,
  context: ActionContext,
): Promise<Pick<JobNote, "outcome" | "failed"> & { readonly isUnfinished?: boolean }> {
  try {
    const { text, isUnfinished = false } = await ACTIONS[job.action](job as never, context);
    return { outcome: text, isUnfinished };
  } catch (error) {
    if (error instanceof ModelwrightError && error.code === "RETRAIN_NOTHING_NEW") return { outcome: error.message };
    return { outcome: error instanceof Error ? error.message : String(error), failed: true };
  }
}

function holder(): string {
  return `${hostname()} ${process.pid}`;
}
