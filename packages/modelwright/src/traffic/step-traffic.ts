import { ModelwrightError } from "@modelwright/contracts";
import type { JsonValue, Registry, TrafficChange, TrafficPolicy } from "@modelwright/registry";
import type { AnswerQuality } from "../tasks/answer-quality.ts";
import { STAGES } from "../tasks/tasks.ts";
import { type Decision, decide } from "./decide.ts";
import type { TrafficEvidence } from "./evidence.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import { type JudgedMeasure, judge } from "./judge.ts";

/** How a division of traffic stands at one look. */
export interface TrafficLook {
  /** The last change before the look. */
  readonly change: TrafficChange;
  readonly evidence: TrafficEvidence;
  readonly judged: readonly JudgedMeasure[];
  /** Absent where the policy has ended. */
  readonly decision?: Decision;
}

export interface LookOptions {
  /** In milliseconds; see `ComparedSource`. Default 5,000. */
  readonly settleMs?: number;
}

const SETTLE_MS = 5000;
const CONTROLLER = "modelwright traffic step";

/**
 * Looks at how a model's traffic is divided, what was seen of both arms, and what that says. Nothing is changed.
 * @throws {ModelwrightError} `TRAFFIC_ABSENT`, `REGISTRY_MODEL_UNKNOWN`.
 */
export async function lookAtTraffic(
  registry: Registry,
  model: string,
  { settleMs = SETTLE_MS }: LookOptions = {},
): Promise<TrafficLook> {
  const last = await registry.stores.traffic.last(model);
  if (last === undefined) throw new ModelwrightError("TRAFFIC_ABSENT", { model });
  const changes = (await registry.stores.traffic.history(model)).filter(({ policy }) => policy.id === last.policy.id);
  const running = changes.filter(({ policy }) => policy.state === "running");
  const evidence = await gatherEvidence({
    registry,
    changes: running.length === 0 ? changes : running,
    quality: await qualityOf(registry, last.policy),
    settleMs,
  });
  const judged = judge(evidence, last.policy.rules);
  if (last.policy.state !== "running") return { change: last, evidence, judged };
  const decision = decide(last.policy, evidence, {
    champion: await championOf(registry, model),
    now: new Date().toISOString(),
  });
  return { change: last, evidence, judged, decision };
}

/** What a step came to. */
export interface TrafficStep extends TrafficLook {
  /** What was changed; absent where nothing was. */
  readonly changed?: TrafficChange;
  /** Whether somebody changed it since the look, so that nothing was done. */
  readonly isOutdated?: true;
}

/**
 * Looks at a model's traffic once and does what the look says: nothing, the next step of a canary, or the end. Any number of
 * them may run at once, for each change is made by one.
 * @throws {ModelwrightError} `TRAFFIC_ABSENT`, `REGISTRY_*`.
 */
export async function stepTraffic(registry: Registry, model: string, options: LookOptions = {}): Promise<TrafficStep> {
  const look = await lookAtTraffic(registry, model, options);
  const { change, decision } = look;
  if (decision === undefined || decision.verdict === "hold") return look;
  const { verdict, reason, percent } = decision;
  try {
    const changed = await registry.stores.traffic.change(model, {
      from: change.ordinal,
      by: CONTROLLER,
      reason,
      evidence: evidenceRecord(look),
      ...(verdict === "step" ? { percent: percent! } : { state: verdict }),
    });
    return { ...look, changed };
  } catch (error) {
    if (error instanceof ModelwrightError && LOST.has(error.code)) return { ...look, isOutdated: true };
    throw error;
  }
}

/** Somebody else was first, with the policy or with the alias: the next look sees what they did. */
const LOST: ReadonlySet<string> = new Set(["TRAFFIC_CHANGED", "TRAFFIC_ENDED", "REGISTRY_ALIAS_MOVED"]);

/** The numbers of a decision as they are kept with it. */
function evidenceRecord({ evidence, judged }: TrafficLook): JsonValue {
  return {
    champion: { ...evidence.champion },
    challenger: { ...evidence.challenger },
    ...(evidence.slowAboveMs !== undefined && { slowAboveMs: evidence.slowAboveMs }),
    measures: judged.map(({ difference, ...measure }) => ({ ...measure, difference: { ...difference } })),
  };
}

async function championOf(registry: Registry, model: string): Promise<number | undefined> {
  return (await registry.listModels()).find(({ name }) => name === model)?.aliases["champion"];
}

/** By the challenger's task, which is the champion's. */
async function qualityOf(
  registry: Registry,
  { model, challenger, champion }: TrafficPolicy,
): Promise<AnswerQuality<never> | undefined> {
  for (const version of [champion, challenger]) {
    try {
      return STAGES[(await registry.getVersion(model, version)).manifest.task].quality;
    } catch (error) {
      // Of an ended policy a version may be gone.
      if (!(error instanceof ModelwrightError) || error.code !== "REGISTRY_VERSION_UNKNOWN") throw error;
    }
  }
  return undefined;
}
