import { resolve } from "node:path";
import { ModelwrightError, parseMonitorSettings, type ScheduledJob } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import { loadMonitorSettings } from "../monitoring/load-settings.ts";
import { monitorOnce } from "../monitoring/monitor-once.ts";
import { type RetrainOptions, retrain } from "../retraining/retrain.ts";
import { isDivided } from "../traffic/is-divided.ts";
import { startTraffic } from "../traffic/start-traffic.ts";
import { stepTraffic } from "../traffic/step-traffic.ts";
import { counted } from "../wording/quantities.ts";

/** What a job works with. */
export interface ActionContext {
  readonly registry: Registry;
  /** What opens the registry once more. */
  readonly location: string;
  /** Relative paths start here: the folder of the schedule. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

type JobOf<Action extends ScheduledJob["action"]> = Extract<ScheduledJob, { readonly action: Action }>;

/** What came of a job; one that was stopped before its end stays due. */
export interface Outcome {
  readonly text: string;
  readonly isUnfinished?: true;
}

/** What jobs do, and what they say came of it. A new one is a row here and its settings in the contracts. */
export const ACTIONS: {
  readonly [Action in ScheduledJob["action"]]: (job: JobOf<Action>, context: ActionContext) => Promise<Outcome>;
} = {
  async retrain({ model, weight, canary }, { registry, location, signal }) {
    const result = await goOnOrBegin(model, { registry: location, weight, signal });
    const { retraining, name, version } = result;
    if (retraining === undefined) {
      return { text: `interrupted: run ${result.runId} goes on at the next time`, isUnfinished: true };
    }
    if (retraining.verdict === "refused") return { text: `${name}:${version} was refused: ${retraining.reason}` };
    if (!canary) return { text: `${name}:${version} is the challenger: ${retraining.reason}` };
    const { reason } = retraining;
    await startTraffic(registry, {
      challenger: `${name}:${version}`,
      kind: "canary",
      by: "modelwright schedule",
      reason,
    });
    return { text: `${name}:${version} is the challenger, and its canary has begun: ${reason}` };
  },
  async monitor({ model, settings: path }, { registry, folder }) {
    // Without a file nobody is told, but alerts open all the same: other jobs wait for them.
    const found =
      path === undefined
        ? { folder, settings: parseMonitorSettings({}) }
        : await loadMonitorSettings(resolve(folder, path));
    const { alerts } = await monitorOnce(registry, { model, ...found });
    const { opened, kept, closed } = alerts;
    return { text: `alerts: ${opened.length} opened, ${kept.length} still open, ${closed.length} closed` };
  },
  async step({ model }, { registry }) {
    const { name } = await registry.resolve(model);
    if (!(await isDivided(registry, name))) return { text: "no traffic is divided" };
    const { changed, decision } = await stepTraffic(registry, name);
    if (changed !== undefined) return { text: `changed: ${changed.reason}` };
    return { text: `held: ${decision?.reason ?? "it has ended"}` };
  },
  async expire({ days }, { registry }) {
    const before = new Date(Date.now() - days * DAY_MS).toISOString();
    const { predictions, feedback } = await registry.stores.predictions.expire(before);
    const removed = `${counted(predictions, "prediction")} and ${counted(feedback, "piece")} of feedback`;
    return { text: `removed ${removed} from before ${before.slice(0, 10)}` };
  },
};

const DAY_MS = 86_400_000;

/** Goes on with a retraining that was killed, where there is one. */
async function goOnOrBegin(model: string, options: RetrainOptions) {
  try {
    return await retrain(model, { ...options, resume: true });
  } catch (error) {
    const isFresh = error instanceof ModelwrightError && STALE.has(error.code);
    if (!isFresh) throw error;
    return retrain(model, options);
  }
}

/** Why a retraining that was stopped cannot go on. */
const STALE: ReadonlySet<string> = new Set(["TRAINING_NOTHING_TO_RESUME", "RETRAIN_FEEDBACK_GONE"]);
