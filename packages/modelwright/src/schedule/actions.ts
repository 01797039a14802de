import { resolve } from "node:path";
import { ModelwrightError, type ScheduledJob } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import { loadMonitorSettings } from "../monitoring/load-settings.ts";
import { monitorOnce } from "../monitoring/monitor-once.ts";
import { type RetrainOptions, retrain } from "../retraining/retrain.ts";
import { startTraffic } from "../traffic/start-traffic.ts";
import { stepTraffic } from "../traffic/step-traffic.ts";

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

/** What jobs do, and what they say came of it. A new one is a row here and its settings in the contracts. */
export const ACTIONS: {
  readonly [Action in ScheduledJob["action"]]: (job: JobOf<Action>, context: ActionContext) => Promise<string>;
} = {
  async retrain({ model, weight, canary }, { registry, location, signal }) {
    const result = await goOnOrBegin(model, { registry: location, weight, signal });
    const { retraining, name, version } = result;
    if (retraining === undefined) return `interrupted: run ${result.runId} goes on at the next time`;
    if (retraining.verdict === "refused") return `${name}:${version} was refused: ${retraining.reason}`;
    if (!canary) return `${name}:${version} is the challenger: ${retraining.reason}`;
    const { reason } = retraining;
    await startTraffic(registry, {
      challenger: `${name}:${version}`,
      kind: "canary",
      by: "modelwright schedule",
      reason,
    });
    return `${name}:${version} is the challenger, and its canary has begun: ${reason}`;
  },
  async monitor({ model, settings: path }, { registry, folder }) {
    const found = path === undefined ? { folder } : await loadMonitorSettings(resolve(folder, path));
    const { alerts } = await monitorOnce(registry, { model, ...found });
    return `alerts: ${alerts.opened.length} opened, ${alerts.kept.length} still open, ${alerts.closed.length} closed`;
  },
  async step({ model }, { registry }) {
    const { name } = await registry.resolve(model);
    const { changed, decision } = await stepTraffic(registry, name);
    if (changed !== undefined) return `changed: ${changed.reason}`;
    return decision === undefined ? "no traffic is divided" : `held: ${decision.reason}`;
  },
  async expire({ days }, { registry }) {
    const before = new Date(Date.now() - days * DAY_MS).toISOString();
    const { predictions, feedback } = await registry.stores.predictions.expire(before);
    return `removed ${predictions} predictions and ${feedback} pieces of feedback from before ${before.slice(0, 10)}`;
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
