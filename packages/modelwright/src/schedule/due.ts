import { ModelwrightError, type ScheduledJob } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import { Cron } from "croner";
import { acceptedFeedback } from "../retraining/accepted-feedback.ts";

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
 * Why a job is due by now, after what is noted of it.
 *
 * Times that were missed, while nobody ran it or by a clock put forward, count as one. Of a note from the time to come, which
 * a clock put back leaves, it counts from now.
 *
 * @throws {ModelwrightError} `SCHEDULE_CRON_INVALID`.
 */
export async function dueBy(
  registry: Registry,
  { when, ...job }: ScheduledJob,
  note: JobNote,
  now: Date,
): Promise<Reason> {
  if (when.cron !== undefined) {
    const since = new Date(Math.min(Date.parse(note.at), now.getTime()));
    const next = cronOf(job.name, when.cron, when.timezone).nextRun(since);
    return next !== null && next <= now ? `it was time at ${next.toISOString()}` : undefined;
  }
  const model = "model" in job ? (await registry.resolve(job.model)).name : "";
  if (when.feedback !== undefined) {
    const fresh = (await feedbackCount(registry, model)) - note.feedback;
    return fresh >= when.feedback ? `${fresh} pieces of feedback are new` : undefined;
  }
  const open = await registry.stores.alerts.list({ state: "open" });
  const found = open.find(
    (alert) =>
      alert.model === model && alert.openedAt > note.at && (when.alert === "any" || alert.check === when.alert),
  );
  return found && `an alert is open: ${found.text}`;
}

/** Pieces of feedback on a model that may be learnt from. */
export async function feedbackCount(registry: Registry, model: string): Promise<number> {
  return (await acceptedFeedback(registry.stores.feedback, model)).items.length;
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
