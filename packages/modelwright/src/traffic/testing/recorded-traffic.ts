import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  armAt,
  isShadowed,
  type JsonValue,
  openRegistry,
  type PredictionRecord,
  placeOf,
  type Registry,
  unitOf,
} from "@modelwright/registry";
import { registerSample, sampleRun } from "@modelwright/registry/testing";

/** A registry in a folder of its own, with three versions of the classifier `mails` (ham, spam), of which the first is champion. */
export async function openMails(): Promise<{ readonly registry: Registry; readonly remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "traffic-"));
  const registry = await openRegistry(directory);
  const { id: runId } = await registry.createRun(sampleRun("mails"));
  for (let version = 1; version <= 3; version++) await registerSample(registry, { name: "mails", runId });
  await registry.setAlias("mails", "champion", 1, "first");
  return {
    registry,
    remove: async () => {
      await registry.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** What came of one request, by who answered it. */
export interface Outcome {
  readonly latencyMs?: number;
  readonly answer?: JsonValue;
  readonly error?: string;
}

export interface RecordedTraffic {
  readonly requests: number;
  /** Numbers of requests go on from here. Default 0. */
  readonly first?: number;
  readonly outcome: (arm: PredictionRecord["arm"], i: number) => Outcome;
  /** Default: each request is of a subject of its own. */
  readonly subject?: (i: number) => string | undefined;
  /** When they are answered. Default: now. */
  readonly at?: string;
}

export const HAM = { label: "ham", probability: 0.9 };

function idOf(i: number): string {
  return `00000000-0000-7000-8000-${i.toString(16).padStart(12, "0")}.0`;
}

/** Records what a server would that divides the traffic of `mails` as the registry says now. */
export async function recordTraffic(
  registry: Registry,
  traffic: RecordedTraffic,
): Promise<readonly PredictionRecord[]> {
  const { requests, first = 0, outcome, subject = (i) => `user-${i}`, at = new Date().toISOString() } = traffic;
  const { policy } = (await registry.stores.traffic.last("mails"))!;
  const rows: PredictionRecord[] = [];
  for (let i = first; i < first + requests; i++) {
    const name = subject(i);
    const unit = unitOf(policy, { subject: name, request: idOf(i).slice(0, -2) });
    const place = placeOf(policy, unit);
    const arm = armAt(policy, place);
    const asked: readonly PredictionRecord["arm"][] = isShadowed(policy, place) ? [arm, "shadow"] : [arm];
    for (const each of asked) {
      const found = outcome(each, i);
      rows.push({
        id: each === "shadow" ? `${idOf(i)}.shadow` : idOf(i),
        model: "mails",
        version: each === "champion" ? policy.champion : policy.challenger,
        arm: each,
        at,
        latencyMs: 10,
        ...(found.error === undefined && { answer: HAM }),
        ...(name !== undefined && { subject: name }),
        ...found,
      });
    }
  }
  await registry.stores.predictions.append(rows);
  return rows;
}
