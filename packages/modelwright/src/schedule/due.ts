import { ModelwrightError, type ScheduledJob } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import { Cron } from "croner";
import { isDivided } from "../traffic/is-divided.ts";

/** What a job's lease keeps of it between its runs. */
export interface JobNote {
  /** When it was last done, or first seen: ISO 8601, UTC. */
  readonly at: string;
  /** Pieces of accepted feedback that there were then. */
  readonly feedback: number;
  readonly outcome?: string;
  readonly failed?: true;
  readonly seconds?: number;
}

/** Why a job is due; undefined when it is not. */
export type Reason = string | undefined;

/**
 * Why a job is due by now, after what is noted of it. A retraining whose version gets traffic waits while another one is
 * compared.
 *
 * Times that were missed, while nobody ran it or by a clock put forward, count as one. Of a note from the time to come, which
 * a clock put back leaves, it counts from now.
 *
 * @throws {ModelwrightError} `SCHEDULE_CRON_INVALID`.
 */
export async function dueBy(registry: Registry, job: ScheduledJob, note: JobNote, now: Date): Promise<Reason> {
  const why = await reasonOf(registry, job, note, now);
  if (why === undefined || job.action !== "retrain" || !job.canary) return why;
  return (await isDivided(registry, await modelOf(registry, job))) ? undefined : why;
}

async function reasonOf(registry: Registry, job: ScheduledJob, note: JobNote, now: Date): Promise<Reason> {
  const { when } = job;
  if (when.cron !== undefined) {
    const since = new Date(Math.min(Date.parse(note.at), now.getTime()));
    const next = cronOf(job.name, when.cron, when.timezone).nextRun(since);
    return next !== null && next <= now ? `it was time at ${next.toISOString()}` : undefined;
  }
  const model = await modelOf(registry, job);
  if (when.feedback !== undefined) {
    const fresh = (await feedbackCount(registry, job)) - note.feedback;
    return fresh >= when.feedback ? `${fresh} pieces of feedback are new` : undefined;
  }
  const open = await registry.stores.alerts.list({ state: "open" });
  const found = open.find(
    (alert) =>
      alert.model === model && alert.openedAt > note.at && (when.alert === "any" || alert.check === when.alert),
  );
  return found && `an alert is open: ${found.text}`;
}

/** Pieces of feedback on the model of a job that may be learnt from. */
export async function feedbackCount(registry: Registry, job: ScheduledJob): Promise<number> {
  return registry.stores.feedback.count({
    model: await modelOf(registry, job),
    kinds: ["truth", "correction"],
    states: ["accepted"],
    withItem: true,
  });
}

/** The name of the model that a job is of; "" where it is of none. */
async function modelOf(registry: Registry, job: ScheduledJob): Promise<string> {
  return "model" in job ? (await registry.resolve(job.model)).name : "";
}

/** @throws {ModelwrightError} `SCHEDULE_CRON_INVALID`. */
export function cronOf(job: string, pattern: string, timezone = "UTC"): Cron {
  try {
    const cron = new Cron(pattern, { timezone, paused: true });
    cron.nextRun();
    return cron;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ModelwrightError("SCHEDULE_CRON_INVALID", { job, pattern, timezone, problem }, { cause });
  }
}
