import { setTimeout as sleep } from "node:timers/promises";
import type { ScheduleSettings } from "@modelwright/contracts";
import { isRegistryAway } from "../pipeline/registry-away.ts";
import { type JobRun, runDue, type ScheduleContext } from "./run-schedule.ts";

export interface WatchScheduleOptions extends ScheduleContext {
  /** Between the end of a look and the next, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Of a job that cannot be looked at, such as one of a model that is gone, it is told once for each reason. */
  readonly onRun: (run: JobRun) => void;
  /** The registry could not be asked. Told once, and `undefined` when it can again. */
  readonly onAway: (error: Error | undefined) => void;
}

/** Does what is due, again and again, until the signal says so. While the registry is away, it waits. */
export async function watchSchedule(
  settings: ScheduleSettings,
  { everyMs, signal, onRun, onAway, ...context }: WatchScheduleOptions,
): Promise<void> {
  const troubles = new Map<string, string | undefined>();
  let isAway = false;
  while (!signal.aborted) {
    try {
      for (const run of await runDue(settings, { ...context, signal })) {
        const trouble = run.why === undefined ? run.note.outcome : undefined;
        if (trouble === undefined || troubles.get(run.name) !== trouble) onRun(run);
        troubles.set(run.name, trouble);
      }
      if (isAway) onAway(undefined);
      isAway = false;
    } catch (error) {
      if (!isRegistryAway(error)) throw error;
      if (!isAway) onAway(error);
      isAway = true;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
