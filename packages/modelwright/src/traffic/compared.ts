import {
  armAt,
  isCompared,
  isShadowed,
  type PredictionRecord,
  placeOf,
  type Registry,
  type TrafficChange,
  unitOf,
} from "@modelwright/registry";

/** A prediction of one arm that counts; of a shadow, those of both arms for one item. */
export interface Compared {
  /** Who is one case, however often. */
  readonly unit: string;
  /** Whether it came since the share of the challenger grew last. */
  readonly isOfStep: boolean;
  readonly champion?: PredictionRecord;
  readonly challenger?: PredictionRecord;
}

export interface ComparedSource {
  readonly registry: Pick<Registry, "stores">;
  /** Every change of one policy, oldest first. */
  readonly changes: readonly TrafficChange[];
  /**
   * How long nothing is compared after the challenger's first answer at a step, in milliseconds: until then some servers may
   * not divide the traffic yet, and would give one arm more.
   */
  readonly settleMs: number;
}

/** What both arms answered side by side, in the order in which they did. */
export function readCompared(source: ComparedSource): AsyncGenerator<Compared> {
  return source.changes[0]!.policy.kind === "shadow" ? readPairs(source) : readArms(source);
}

async function* readArms({ registry, changes, settleMs }: ComparedSource): AsyncGenerator<Compared> {
  const { model, startedAt, champion, challenger } = changes[0]!.policy;
  const steps = changes.map(({ at, policy }) => ({ since: at, policy, comparedFrom: Number.POSITIVE_INFINITY }));
  let step = 0;
  for await (const page of registry.stores.predictions.scan({ model, from: startedAt })) {
    for (const record of page) {
      const { arm, version, at } = record;
      if (!(arm === "champion" && version === champion) && !(arm === "challenger" && version === challenger)) continue;
      while (step + 1 < steps.length && at >= steps[step + 1]!.since) step++;
      const current = steps[step]!;
      const time = Date.parse(at);
      if (arm === "challenger") current.comparedFrom = Math.min(current.comparedFrom, time + settleMs);
      if (time < current.comparedFrom) continue;
      const unit = unitOf(current.policy, requesterOf(record));
      const place = placeOf(current.policy, unit);
      // One that another arm should have answered came while servers changed over.
      if (armAt(current.policy, place) !== arm || !isCompared(current.policy, place)) continue;
      yield { unit, isOfStep: step === steps.length - 1, [arm]: record };
    }
  }
}

/** A shadow answers later than this only where it was held up, or never. */
const SHADOW_WITHIN_MS = 10 * 60_000;
const PRUNE_EVERY = 10_000;

async function* readPairs({ registry, changes }: ComparedSource): AsyncGenerator<Compared> {
  const { policy } = changes[0]!;
  const { model, startedAt, champion, challenger } = policy;
  const waiting = new Map<string, { readonly unit: string; readonly record: PredictionRecord }>();
  for await (const page of registry.stores.predictions.scan({ model, from: startedAt })) {
    for (const record of page) {
      if (record.arm === "champion" && record.version === champion) {
        const unit = unitOf(policy, requesterOf(record));
        if (isShadowed(policy, placeOf(policy, unit))) waiting.set(record.id, { unit, record });
      } else if (record.arm === "shadow" && record.version === challenger) {
        const id = itemId(record.id);
        const found = waiting.get(id);
        if (found === undefined) continue;
        waiting.delete(id);
        yield { unit: found.unit, isOfStep: true, champion: found.record, challenger: record };
      }
    }
    if (waiting.size > PRUNE_EVERY) {
      const before = new Date(Date.parse(page.at(-1)!.at) - SHADOW_WITHIN_MS).toISOString();
      for (const [id, { record }] of waiting) if (record.at < before) waiting.delete(id);
    }
  }
}

/** The id that a shadow's prediction shares with the one that was heard, and feedback names. */
export function itemId(id: string): string {
  return id.replace(/\.shadow$/, "");
}

function requesterOf({ id, subject, client }: PredictionRecord) {
  return { subject, client, request: id.slice(0, id.indexOf(".")) };
}
